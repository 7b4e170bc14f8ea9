import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { MigrationChain } from "./chain.ts";
import type { DeclaredSchema } from "./declared.ts";

const HINT =
  "Export the tables from `server/src/defs/db_schema.ts`: `export const posts = sqliteTable(...)`";

/**
 * Looks at a schema that exports no table. Where migrations have made some, or the files make tables
 * and keep them to themselves, an export was forgotten; else it is only said.
 *
 * @throws Failure NO_TABLES (failed)
 */
export async function emptySchema(
  system: System,
  project: Project,
  schema: DeclaredSchema,
  chain: MigrationChain,
): Promise<Finding[]> {
  if (schema.tableNames.length > 0) return [];
  const had = Object.keys(chain.latest.tables);
  if (had.length > 0) {
    throw new Failure(
      "failed",
      "NO_TABLES",
      "`db_schema.ts` exports no table, but migrations have made some",
      { hint: HINT, details: { tables: had } },
    );
  }
  if (Object.keys(schema.snapshot.views).length > 0) return [];
  const hidden = await unexported(system, project, schema.sources);
  if (hidden !== null) {
    throw new Failure(
      "failed",
      "NO_TABLES",
      `\`db_schema.ts\` exports no table, but \`${hidden}\` makes some`,
      { hint: HINT, details: { file: hidden } },
    );
  }
  const [file = null] = schema.sources;
  return [{
    code: "NO_TABLES",
    severity: "info",
    file,
    line: null,
    message: file === null
      ? "there is no `server/src/defs/db_schema.ts`"
      : "`db_schema.ts` exports no table",
    fix: HINT,
  }];
}

/** The first of the schema's own files that makes a table. */
async function unexported(
  system: System,
  project: Project,
  sources: string[],
): Promise<string | null> {
  for (const file of sources.filter((path) => !path.includes("__generated__"))) {
    const text = new TextDecoder().decode(
      await system.files.read(join(project.root, file)) ?? new Uint8Array(),
    );
    const code = text.replace(/\/\*[^]*?\*\/|\/\/.*/g, "");
    if (/\bsqliteTable\s*\(/.test(code)) return file;
  }
  return null;
}
