import { join } from "@std/path";
import { TYPES_FINGERPRINT } from "../generated/fingerprint.ts";
import { sha256 } from "../hex.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** Commands after which nothing is said: they mend it, tell it themselves, or come before a project. */
const SILENT = [
  ["pull"],
  ["check"],
  ["doctor"],
  ["deploy"],
  ["dev"],
  ["init"],
  ["db", "generate"],
  ["db", "check"],
];

/**
 * What is stale in the project, in one line, or null. Reads a few small files and asks nobody (contract
 * section 3.5): the checksum that the last `pull types` left, and the schema's hash (section 2.10).
 *
 * @param path the names of the command that has just run
 */
export async function staleHint(
  system: System,
  project: Project,
  path: string[],
): Promise<string | null> {
  if (SILENT.some((words) => words.every((word, index) => path[index] === word))) return null;
  try {
    const [checksums, stored, schema] = await Promise.all([
      system.files.read(join(project.generated, ".checksums.json")),
      system.files.read(join(project.migrations, "meta", "_edgespark_schema_hash")),
      system.files.read(join(project.defs, "db_schema.ts")),
    ]);
    if (checksums && !text(checksums).includes(`"${TYPES_FINGERPRINT}"`)) {
      return "The generated types are not those of this program: run `edgespark pull types`";
    }
    if (stored && schema && text(stored).trim() !== await sha256(schema)) {
      return "`db_schema.ts` was edited after the last `db generate`: run `edgespark db generate`";
    }
  } catch {
    // The command itself went well; whether a hint can be given is nobody's concern.
  }
  return null;
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
