/**
 * What `.checksums.json` says of the types that this program writes: the SHA-256 of its
 * `server-types.d.ts`. A constant, so that it is known without loading that text; a test holds it
 * against the text.
 */
export const TYPES_FINGERPRINT =
  "sha256-1afcc39295966eb1b59697b3b8a961eac66f3769ceb38b48f294a6793611f507";
