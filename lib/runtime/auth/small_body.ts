import { bytesWithin } from "../bytes_within.ts";

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
  const bytes = await bytesWithin(request.body, LIMIT);
  if (!bytes) return "too large";
  // Some servers give a POST without a body an empty one.
  return bytes.length === 0 ? null : bytes;
}
