import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { SchemaBody } from "./snapshot.ts";
import { isSystemTable } from "./system_tables.ts";

/** What `db_schema.ts` declares, as the sandbox answers. */
export interface DeclaredSchema {
  snapshot: SchemaBody;
  tableNames: string[];
  /** How many `relations(...)` are exported. */
  relations: number;
  /** The files that were read, relative to the project. */
  sources: string[];
}

/** Evaluates the declared schema; `meanwhile` is called when there is nothing to do but wait for it. */
export type ReadSchema = (
  system: System,
  project: Project,
  meanwhile?: () => void,
) => Promise<DeclaredSchema>;

/** Evaluates `server/src/defs` in the sandbox. */
export async function readDeclaredSchema(
  system: System,
  project: Project,
  meanwhile?: () => void,
): Promise<DeclaredSchema> {
  const { readSchema } = await import("../project/schema.ts");
  return await readSchema(system, project, undefined, meanwhile);
}

/** The schema without the platform's own tables: those are never generated, only referred to. */
export function withoutSystemTables(schema: SchemaBody): SchemaBody {
  const entries = Object.entries(schema.tables);
  const own = entries.filter(([name]) => !isSystemTable(name));
  return own.length === entries.length ? schema : { ...schema, tables: Object.fromEntries(own) };
}
