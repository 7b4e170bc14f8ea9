import { hex } from "../../hex.ts";

/** Bytes of the random nonce before the ciphertext. */
const NONCE = 12;

/** Seals a value: the nonce, then ciphertext and tag. The name is authenticated with it. */
export async function seal(
  aes: CryptoKey,
  key: string,
  value: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE));
  const algorithm = { name: "AES-GCM", iv, additionalData: bytesOf(key) };
  const cipher = new Uint8Array(await crypto.subtle.encrypt(algorithm, aes, bytesOf(value)));
  const sealed = new Uint8Array(NONCE + cipher.length);
  sealed.set(iv);
  sealed.set(cipher, NONCE);
  return sealed;
}

/** Opens a value; null when it was sealed with another key or under another name. */
export async function unseal(
  aes: CryptoKey,
  key: string,
  sealed: Uint8Array<ArrayBuffer>,
): Promise<string | null> {
  const algorithm = { name: "AES-GCM", iv: sealed.slice(0, NONCE), additionalData: bytesOf(key) };
  try {
    const bytes = await crypto.subtle.decrypt(algorithm, aes, sealed.slice(NONCE));
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

/** The key that seals, and its id: the first 16 hex digits of its SHA-256. */
export async function sealingKey(
  master: Uint8Array<ArrayBuffer>,
): Promise<{ aes: CryptoKey; id: string }> {
  const raw = await derive(master, "edgespark seal 1");
  const aes = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const digest = await crypto.subtle.digest("SHA-256", raw);
  return { aes, id: hex(new Uint8Array(digest)).slice(0, 16) };
}

/** HKDF (RFC 5869): one file to back up, an independent key for each use. */
export async function derive(
  master: Uint8Array<ArrayBuffer>,
  use: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = await crypto.subtle.importKey("raw", master, "HKDF", false, ["deriveBits"]);
  const algorithm = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: bytesOf(use) };
  return new Uint8Array(await crypto.subtle.deriveBits(algorithm, key, 256));
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text);
}
