/** Base64 of UTF-8 text, of any length. */
export function base64(text: string): string {
  const bytes: Uint8Array & { toBase64?(): string } = new TextEncoder().encode(text);
  // Some fifty times as fast, where the engine has it.
  if (bytes.toBase64) return bytes.toBase64();
  let binary = "";
  for (let start = 0; start < bytes.length; start += 32_768) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 32_768));
  }
  return btoa(binary);
}
