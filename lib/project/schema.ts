import { join, relative } from "@std/path";
import type { System } from "../ports/system.ts";
import { bundleDeclarations } from "../bundle/user_modules.ts";
import { type BoxLimits, DEFAULT_LIMITS, openBox } from "../sandbox/box.ts";
import { evaluate, noAnswer } from "../sandbox/evaluate.ts";
import type { Project } from "./project.ts";
import { schemaAnswer } from "./schema_answer.ts";
import { schemaImports } from "./schema_imports.ts";
import type { SchemaJson } from "./schema_json.ts";

/** The tables and views that `db_schema.ts` declares. */
export interface DeclaredSchema {
  /** Without the system tables; references to them stay. */
  snapshot: SchemaJson;
  /** Names of the tables in the database. */
  tableNames: string[];
  /** How many `relations(...)` are declared. */
  relations: number;
  /** The project's files that were read, relative to the root. */
  sources: string[];
}

/**
 * Evaluates `defs/db_schema.ts` and `defs/db_relations.ts` in the sandbox. A project without a schema
 * file declares no tables.
 *
 * @throws Failure (failed): SCHEMA_THREW, SCHEMA_INVALID, the codes of `evaluate` and of
 * `bundleDeclarations`.
 */
export async function readSchema(
  system: System,
  project: Project,
  limits: BoxLimits = DEFAULT_LIMITS,
  meanwhile?: () => void,
): Promise<DeclaredSchema> {
  const file = join(project.defs, "db_schema.ts");
  const [hasSchema, hasRelations] = await Promise.all([
    isFile(system, file),
    isFile(system, join(project.defs, "db_relations.ts")),
  ]);
  if (!hasSchema) return { snapshot: emptySchema(), tableNames: [], relations: 0, sources: [] };
  // Both processes are on their way before anything keeps this thread busy.
  const box = openBox(system, limits);
  try {
    void system.bundler.warm();
    const entry = [
      ...await schemaImports(system, project),
      hasRelations ? 'import * as relations from "./db_relations";' : "const relations = {};",
      "export { schema, relations };",
    ].join("\n");
    const modules = await bundleDeclarations(system, project, entry);
    const name = relative(project.root, file).replaceAll("\\", "/");
    const value = await evaluate(system, box, {
      job: { kind: "schema", code: modules.code, builtins: modules.builtins },
      file: name,
      root: project.root,
      threw: "SCHEMA_THREW",
      invalid: "SCHEMA_INVALID",
      place: modules.place,
      meanwhile,
    });
    const answer = schemaAnswer(value);
    if (answer === null) throw noAnswer({ file: name }, "the answer is not a schema");
    return { ...answer, sources: modules.sources };
  } finally {
    // Where bundling failed, the box waits for a job that never comes.
    await box.close();
  }
}

/** The snapshot of a project without tables. */
export function emptySchema(): SchemaJson {
  return {
    version: "6",
    dialect: "sqlite",
    tables: {},
    views: {},
    enums: {},
    _meta: { tables: {}, columns: {} },
    internal: { indexes: {} },
  };
}

/** A link counts: where it leads is judged by the bundler. */
async function isFile(system: System, path: string): Promise<boolean> {
  const kind = (await system.files.info(path))?.kind;
  return kind === "file" || kind === "link";
}
