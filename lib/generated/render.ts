import { TYPES_FINGERPRINT } from "./fingerprint.ts";
import { MODULE_TYPES } from "./module_types.ts";
import { SERVER_TYPES } from "./server_types.ts";
import { SYSTEM_RELATIONS, SYSTEM_SCHEMA } from "./system_text.ts";

/** File name in `__generated__` -> text. LF, no time stamps: the same program writes the same bytes. */
export type Rendered = Record<string, string>;

/** The file of checksums beside the generated ones. */
export const CHECKSUMS = ".checksums.json";

/** The types of the platform's modules, as `pull types` writes them. */
export function renderTypes(): Rendered {
  return { "edgespark.d.ts": MODULE_TYPES, "server-types.d.ts": SERVER_TYPES };
}

/** The system tables as Drizzle objects, as `pull schema` writes them. */
export function renderSystemSchema(): Rendered {
  return { "sys_schema.ts": SYSTEM_SCHEMA, "sys_relations.ts": SYSTEM_RELATIONS };
}

/**
 * `.checksums.json` with `server_types` set to the SHA-256 of `server-types.d.ts` as this program
 * writes it; other keys of the existing text stay (contract section 2.11). Text that is no JSON
 * object is replaced.
 */
export function renderChecksums(existing: string | null): string {
  return JSON.stringify({ ...objectIn(existing), server_types: TYPES_FINGERPRINT }, null, 2) + "\n";
}

function objectIn(text: string | null): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? value as Record<string, unknown>
      : {};
  } catch {
    return {};
  }
}
