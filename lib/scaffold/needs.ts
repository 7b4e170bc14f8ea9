import { join } from "@std/path";
import { readRuntimeKeys } from "../declare/runtime_keys.ts";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";

/** What a new project declares, as far as its next steps depend on it. */
export interface ProjectNeeds {
  hasWeb: boolean;
  vars: string[];
  secrets: string[];
  /** Names of the declared buckets. */
  buckets: string[];
  hasMigrations: boolean;
  /** Whether tables are declared that no migration makes yet. */
  hasUnmigratedTables: boolean;
  /** What could not be read, one sentence each. */
  notes: string[];
}

/** Reads what a new project declares. Its files are read as text: nothing of a template is run. */
export async function readNeeds(system: System, project: Project): Promise<ProjectNeeds> {
  const notes: string[] = [];
  const keys = await readRuntimeKeys(system, project).catch((error) => {
    if (!(error instanceof Failure)) throw error;
    notes.push(error.message);
    return { vars: [], secrets: [] };
  });
  const code = async (file: string) =>
    withoutComments(await text(system, join(project.defs, file)));
  const buckets = [...(await code("storage_schema.ts")).matchAll(BUCKET)].map((match) => match[2]!);
  const migrations = await system.files.list(project.migrations);
  const hasMigrations = migrations.some(({ name }) => name.endsWith(".sql"));
  return {
    hasWeb: project.web !== null && await system.files.info(project.web.root) !== null,
    ...keys,
    buckets: [...new Set(buckets)],
    hasMigrations,
    hasUnmigratedTables: !hasMigrations && /\bsqliteTable\s*\(/.test(await code("db_schema.ts")),
    notes,
  };
}

const BUCKET = /\bbucket_name\s*:\s*(["'`])([^"'`\n]*)\1/g;

async function text(system: System, path: string): Promise<string> {
  return new TextDecoder().decode(await system.files.read(path) ?? new Uint8Array());
}

/** Examples in comments declare nothing. */
function withoutComments(code: string): string {
  return code.replace(
    /("(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g,
    (_, kept) => kept ?? " ",
  );
}
