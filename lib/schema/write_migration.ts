import { join } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type MigrationChain, prefixOf } from "./chain.ts";
import type { GenerateResult } from "./generate.ts";
import { jsonText } from "./json_text.ts";
import { journalText } from "./journal.ts";
import { migrationNumber } from "./migration_name.ts";
import { writeSchemaHash } from "./schema_hash.ts";
import type { Snapshot } from "./snapshot.ts";
import { BREAKPOINT, splitStatements } from "./statements.ts";

/** Writes the migration of a schema change byte for byte as drizzle-kit does, and the schema's hash. */
export async function writeMigration(
  system: System,
  project: Project,
  chain: MigrationChain,
  { tag, statements, snapshot }: { tag: string; statements: string[]; snapshot: Snapshot },
): Promise<void> {
  const { version, dialect, id, prevId, tables, views, enums, _meta, internal } = snapshot;
  const files = {
    tag,
    sql: statements.join(`${BREAKPOINT}\n`),
    snapshot: jsonText({ version, dialect, id, prevId, tables, views, enums, _meta, internal }),
  };
  await writeMigrationFiles(system, project, chain, files, () => writeSchemaHash(system, project));
}

/**
 * Writes SQL and snapshot, then the journal: until it names the migration, the files are a leftover that
 * the next run recognises.
 *
 * @param beside what else is to be written before the journal
 */
export async function writeMigrationFiles(
  system: System,
  project: Project,
  chain: MigrationChain,
  { tag, sql, snapshot }: { tag: string; sql: string; snapshot: string },
  beside: () => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  // All of them are let finish: one that fails would else cut off the tidying of the others.
  const outcomes = await Promise.allSettled([
    beside(),
    system.files.write(join(project.migrations, `${tag}.sql`), sql),
    system.files.write(
      join(project.migrations, "meta", `${prefixOf(tag)}_snapshot.json`),
      snapshot,
    ),
  ]);
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed) throw failed.reason;
  await addToJournal(system, project, chain, tag);
}

/** Completes a migration whose journal entry was never written. */
export async function finishMigration(
  system: System,
  project: Project,
  chain: MigrationChain,
  dryRun: boolean,
): Promise<GenerateResult> {
  const { tag } = chain.unfinished!;
  const bytes = await system.files.read(join(project.migrations, `${tag}.sql`)) ?? new Uint8Array();
  const statements = splitStatements(new TextDecoder().decode(bytes), { breakpoints: true });
  if (!dryRun) {
    await writeSchemaHash(system, project);
    await addToJournal(system, project, chain, tag);
  }
  return {
    changed: true,
    tag,
    path: `${chain.folder}/${tag}.sql`,
    statements: statements.map(({ text }) => `${text};`),
    written: !dryRun,
    renames: [],
    rehearsal: [],
    rehearsalMs: 0,
    findings: [],
  };
}

async function addToJournal(
  system: System,
  project: Project,
  chain: MigrationChain,
  tag: string,
): Promise<void> {
  const last = Math.max(...chain.journal.entries.map(({ when }) => when), 0);
  const entry = {
    idx: migrationNumber(chain),
    version: "6",
    // drizzle's migrator skips what is not younger than the last one that it applied.
    when: Math.max(system.clock.now(), last + 1),
    tag,
    breakpoints: true,
  };
  await system.files.write(
    join(project.migrations, "meta", "_journal.json"),
    journalText(chain.journal, entry),
  );
}
