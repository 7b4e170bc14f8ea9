/** No form of the auth service comes near it; an id token of a provider has a few KiB. */
const LIMIT = 64 * 1024;

/**
 * The whole body of a request, null when it has none. A larger one is not read to its end: requests of
 * the auth service come from anybody.
 */
export async function smallBody(
  request: Request,
): Promise<Uint8Array<ArrayBuffer> | null | "too large"> {
  if (!request.body) return null;
  if (Number(request.headers.get("content-length") ?? 0) > LIMIT) {
    await request.body.cancel();
    return "too large";
  }
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of request.body) {
    size += part.byteLength;
    if (size > LIMIT) return "too large";
    parts.push(part);
  }
  const whole = new Uint8Array(size);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.byteLength;
  }
  return whole;
}
