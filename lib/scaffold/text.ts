/** Text, or null for what is none. A byte order mark stays. */
export function textOf(content: string | Uint8Array | undefined): string | null {
  if (content === undefined || typeof content === "string") return content ?? null;
  if (content.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(content);
  } catch {
    return null;
  }
}
