import type { Hash } from "node:crypto";
import { builtinModule } from "./node_process.ts";

/** A SHA-256 that is fed piece by piece, which the Web's own cannot be. */
export function newSha256(): Hash {
  return builtinModule<typeof import("node:crypto")>("node:crypto").createHash("sha256");
}
