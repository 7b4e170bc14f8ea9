import { join } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { sha256 } from "./chain.ts";

/**
 * How `meta/_edgespark_schema_hash` stands to `db_schema.ts`: its content is the SHA-256 of that file's
 * bytes at the last `db generate` (contract 2.10). `stale` is a hint only: relations, comments and line
 * ends change the hash and not the database.
 */
export async function schemaHashState(
  system: System,
  project: Project,
): Promise<"fresh" | "stale" | "absent"> {
  const [stored, current] = await Promise.all([
    system.files.read(hashFile(project)),
    currentHash(system, project),
  ]);
  if (!stored) return "absent";
  return new TextDecoder().decode(stored).trim() === current ? "fresh" : "stale";
}

/** Writes the hash of the schema as it is now. */
export async function writeSchemaHash(system: System, project: Project): Promise<void> {
  const hash = await currentHash(system, project);
  if (hash !== null) await system.files.write(hashFile(project), hash);
}

async function currentHash(system: System, project: Project): Promise<string | null> {
  const bytes = await system.files.read(join(project.defs, "db_schema.ts"));
  return bytes && await sha256(bytes);
}

function hashFile(project: Project): string {
  return join(project.migrations, "meta", "_edgespark_schema_hash");
}
