import { join, relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { drizzleKitCommand, type KitAnswer, readKitAnswer } from "../tools/drizzle_kit.ts";
import { answerHints, parseAnswers, shellWord } from "./answers.ts";
import { type FolderMigration, folderScript, readFolders, writeFolder } from "./folder_history.ts";
import type { GenerateOptions, GenerateResult } from "./generate.ts";
import { openShadow, runScripts } from "./shadow.ts";
import { isSystemTable } from "./system_tables.ts";
import { classify } from "./classify.ts";
import { splitStatements } from "./statements.ts";
import { tryOut } from "./try_out.ts";

/**
 * Generates with the project's own drizzle-kit, for a history in the folder format of its version 1.0.
 * It works on a copy; what appeared there, not its exit code, tells whether it succeeded, and only a
 * whole migration that loses no row is taken over.
 *
 * @throws Failure MISSING_HINTS (usage); DRIZZLE_KIT_MISSING, DRIZZLE_KIT_FAILED (tool); ROWS_LOST,
 * SYSTEM_TABLE_CREATED (failed)
 */
export async function generateByKit(
  system: System,
  project: Project,
  options: GenerateOptions & { custom?: boolean },
): Promise<GenerateResult> {
  const work = async () => {
    const folder = join(project.state, "tmp", `drizzle-${crypto.randomUUID()}`);
    try {
      return await generateIn(system, project, folder, options);
    } finally {
      await system.files.remove(folder);
    }
  };
  // A dry run works in a folder of its own and leaves nothing.
  return options.dryRun ? await work() : await withLock(system, project, "db generate", work);
}

async function generateIn(
  system: System,
  project: Project,
  folder: string,
  options: GenerateOptions & { custom?: boolean },
): Promise<GenerateResult> {
  const history = await readFolders(system, project.migrations);
  const out = join(folder, "drizzle");
  for (const migration of history) await writeFolder(system, out, migration);
  const answer = await runKit(system, project, folder, options);
  if (answer?.status === "missing_hints") throw missing(answer, namesOf(history.at(-1)));
  const known = new Set(history.map(({ tag }) => tag));
  const made = (await readFolders(system, out)).filter(({ tag }) => !known.has(tag));
  const nothing = { renames: [], rehearsal: [], rehearsalMs: 0, findings: [] };
  if (made.length === 0 && answer?.status === "no_changes") {
    return { changed: false, tag: null, path: null, statements: [], written: false, ...nothing };
  }
  const [migration] = made;
  if (made.length !== 1 || !migration || !isWhole(migration)) throw failed(answer);
  const { statements } = folderScript(migration);
  refuseSystemTables(statements);
  const tried = statements.length === 0 ? {} : await tryOut(migration.tag, statements, () => {
    const db = openShadow();
    runScripts(db, history.map(folderScript));
    return Promise.resolve(db);
  });
  if (!options.dryRun) await writeFolder(system, project.migrations, migration);
  const path = join(project.migrations, migration.tag, "migration.sql");
  return {
    changed: true,
    tag: migration.tag,
    path: relative(project.root, path).replaceAll("\\", "/"),
    statements: statements.map((text) => `${text};`),
    written: !options.dryRun,
    ...nothing,
    ...tried,
  };
}

async function runKit(
  system: System,
  project: Project,
  folder: string,
  options: GenerateOptions & { custom?: boolean },
): Promise<KitAnswer | null> {
  const config = join(folder, "drizzle.config.mjs");
  const named = (path: string) => `./${relative(project.server, path).replaceAll("\\", "/")}`;
  const settings = {
    dialect: "sqlite",
    schema: named(join(project.defs, "db_schema.ts")),
    out: named(join(folder, "drizzle")),
  };
  await system.files.write(config, `export default ${JSON.stringify(settings)};\n`);
  const hints = answerHints(parseAnswers(options));
  const command = await drizzleKitCommand(system, project, folder, [
    ...["generate", "--config", config, "--output", "json"],
    ...options.name === undefined ? [] : ["--name", options.name],
    ...options.custom ? ["--custom"] : [],
    ...hints.length === 0 ? [] : ["--hints", JSON.stringify(hints)],
  ]);
  if ("missing" in command) {
    throw new Failure(
      "tool",
      "DRIZZLE_KIT_MISSING",
      `The history is in drizzle-kit 1.0's format, and ${command.missing}`,
      { hint: command.fix },
    );
  }
  const { stdout, stderr } = await system.tools.run(command);
  const answer = readKitAnswer(stdout);
  if (answer) return answer;
  const words = `${stdout}\n${stderr}`.trim().split("\n").slice(-5).join(" ");
  return { status: "error", error: { message: words } };
}

function isWhole({ snapshot, sql }: FolderMigration): boolean {
  try {
    return sql.trim() !== "" && typeof JSON.parse(snapshot).id === "string";
  } catch {
    return false;
  }
}

/** Tables and `table.column`s of a snapshot in format 7 and later, a list of entities. */
function namesOf(migration: FolderMigration | undefined): string[] {
  const { ddl = [] } = JSON.parse(migration?.snapshot ?? "{}");
  if (!Array.isArray(ddl)) return [];
  return ddl.flatMap(({ entityType, table, name }) =>
    entityType === "tables" ? [String(name)] : entityType === "columns" ? [`${table}.${name}`] : []
  );
}

function missing(answer: KitAnswer, known: string[]): Failure {
  const unresolved = (answer.unresolved ?? []).map((question) => ({
    ...question,
    answers: question.type === "rename_or_create" ? questionAnswers(question.entity, known) : [
      `--drop ${question.entity.slice(1).join(".")}`,
    ],
  }));
  return new Failure("usage", "MISSING_HINTS", "drizzle-kit cannot tell what was renamed", {
    hint: `Answer each one: ${unresolved.map(({ answers }) => answers.join(" or ")).join("; ")}`,
    details: { status: "missing_hints", unresolved },
  });
}

/** drizzle-kit does not say what is gone: every name of the last snapshot that fits is offered. */
function questionAnswers([, table, column]: string[], known: string[]): string[] {
  const candidates = known.filter((name) =>
    column ? name.startsWith(`${table}.`) : !name.includes(".")
  );
  const flag = column ? "--rename" : "--rename-table";
  return [
    `--create ${shellWord(column ? `${table}.${column}` : table!)}`,
    ...candidates.map((name) => `${flag} ${shellWord(`${name}:${column ?? table}`)}`),
  ];
}

function failed(answer: KitAnswer | null): Failure {
  const { message, code } = answer?.error ?? {};
  const reason = message ?? code ?? "it wrote no whole migration";
  return new Failure("tool", "DRIZZLE_KIT_FAILED", `drizzle-kit failed: ${reason}`, {
    hint: "Nothing was changed; run `npx drizzle-kit generate` in the server folder to see more",
    details: { answer },
  });
}

function refuseSystemTables(statements: string[]): void {
  const made = statements.flatMap((text) => splitStatements(text)).map((one) => classify(one))
    .find(({ kind, target, on }) => kind === "ddl" && isSystemTable(on ?? target ?? ""));
  if (!made) return;
  throw new Failure(
    "failed",
    "SYSTEM_TABLE_CREATED",
    `The schema exports \`${made.on ?? made.target}\`, which belongs to the platform`,
    { hint: "Import system tables in `db_schema.ts` without exporting them" },
  );
}
