import { newSha256 } from "./sha256.ts";

/** File systems end names at 255 bytes; what is longer is named by its hash. */
const MAX_NAME = 200;

/**
 * The file name of an object: `_`, then the key's UTF-8 bytes, with everything but lower-case
 * letters, digits and `-` written as `~xx`. So no key leaves its folder, no two keys meet on file
 * systems that ignore case or normalise Unicode, and no name is special to any system.
 *
 * Long keys become `~` and the SHA-256 of the key; the key itself stands in the file.
 */
export function fileNameOf(key: string): string {
  let name = "_";
  for (const byte of new TextEncoder().encode(key)) {
    const char = String.fromCharCode(byte);
    name += /[a-z0-9-]/.test(char) ? char : `~${byte.toString(16).padStart(2, "0")}`;
  }
  return name.length <= MAX_NAME ? name : `~${newSha256().update(key).digest("hex")}`;
}

/** The key of a file name; null for a hashed one, undefined for a file that is no object. */
export function keyOf(name: string): string | null | undefined {
  if (/^~[0-9a-f]{64}$/.test(name)) return null;
  if (!name.startsWith("_")) return undefined;
  const bytes: number[] = [];
  for (let at = 1; at < name.length; at++) {
    if (name[at] === "~") {
      bytes.push(Number.parseInt(name.slice(at + 1, at + 3), 16));
      at += 2;
    } else {
      bytes.push(name.charCodeAt(at));
    }
  }
  return textOf(new Uint8Array(bytes));
}

/** A path from its bytes; one that begins with U+FEFF keeps it. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
}
