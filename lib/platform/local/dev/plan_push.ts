import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import { type Answers, nameChanges, type Rename } from "../../../schema/answers.ts";
import { readChain } from "../../../schema/chain.ts";
import { composeStatements } from "../../../schema/compose.ts";
import { withoutSystemTables } from "../../../schema/declared.ts";
import { asSnapshot, diffSchemas, type Kit, loadKit } from "../../../schema/diff.ts";
import type { OpenQuestion } from "../../../schema/questions.ts";
import { openShadow, runScripts } from "../../../schema/shadow.ts";
import {
  EMPTY_SNAPSHOT,
  sameSchema,
  type SchemaBody,
  type Snapshot,
} from "../../../schema/snapshot.ts";

/** What brings the dev database to the declared schema. */
export interface PushPlan {
  statements: string[];
  renames: Rename[];
  /** What is new beside something that is gone, and is not taken for renamed: `posts.headline`. */
  takenAsNew: string[];
  /** What the database has afterwards. */
  snapshot: Snapshot;
}

/**
 * Plans a push with the generator of `db generate`, its safe rebuilds included. Nobody is asked: where
 * something is new and something else is gone, a rename that the newest migration holds is followed, and
 * otherwise what is gone is dropped.
 *
 * @param current what the database has; null: nothing
 * @returns null when there is nothing to do
 * @throws Failure REBUILD_IMPOSSIBLE (failed)
 */
export async function planPush(
  system: System,
  project: Project,
  current: Snapshot | null,
  declared: SchemaBody,
): Promise<PushPlan | null> {
  const before = current ?? EMPTY_SNAPSHOT;
  const wanted = asSnapshot(withoutSystemTables(declared), crypto.randomUUID(), before.id);
  if (sameSchema(before, wanted)) return null;
  const kit = await loadKit();
  const answers = await renamesOfMigration(system, project, before, wanted);
  const takenAsNew: string[] = [];
  for (;;) {
    try {
      const diff = await diffSchemas(kit, before, wanted, answers);
      const statements = await composeStatements(kit, diff, wanted, () => shadowOf(kit, before));
      return { statements, renames: diff.renames, takenAsNew, snapshot: wanted };
    } catch (error) {
      // Columns of a table come up once the tables are settled, so there may be a second round.
      const names = unanswered(error).filter((name) => !answers.create.has(name));
      if (names.length === 0) throw error;
      for (const name of names) answers.create.add(name);
      takenAsNew.push(...names);
    }
  }
}

/** The names that `diffSchemas` wants to be told of. */
function unanswered(error: unknown): string[] {
  if (!(error instanceof Failure) || error.code !== "MISSING_HINTS") return [];
  const questions = error.details?.unresolved as OpenQuestion[];
  return questions.map(({ entity }) => entity.slice(1).join("."));
}

/** A database in memory with the schema that the dev database has. */
async function shadowOf(kit: Kit, snapshot: Snapshot) {
  const db = openShadow();
  const statements = await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, snapshot);
  const refused = runScripts(db, [{ tag: "snapshot", statements }]);
  if (refused) throw new Error(`The pushed schema cannot be built again: ${refused.message}`);
  return db;
}

/** The renames that somebody answered `db generate` with, as far as they fit this change. */
async function renamesOfMigration(
  system: System,
  project: Project,
  before: SchemaBody,
  wanted: SchemaBody,
): Promise<Answers> {
  const answers: Answers = { tables: [], columns: [], drop: new Set(), create: new Set() };
  const meta = await readChain(system, project).then(({ latest }) => latest._meta, () => null);
  const tables = nameChanges(before.tables, wanted.tables);
  for (const [from, to] of Object.entries(meta?.tables ?? {}).map((pair) => pair.map(bare))) {
    if (tables.deleted.includes(from!) && tables.created.includes(to!)) {
      answers.tables.push({ from: from!, to: to! });
    }
  }
  for (const [from, to] of Object.entries(meta?.columns ?? {})) {
    const [table, column] = to.split('"."').map(bare) as [string, string];
    const old = bare(from.split('"."')[1] ?? "");
    const was = answers.tables.find((rename) => rename.to === table)?.from ?? table;
    const columns = nameChanges(
      before.tables[was]?.columns ?? {},
      wanted.tables[table]?.columns ?? {},
    );
    if (columns.deleted.includes(old) && columns.created.includes(column)) {
      answers.columns.push({ table, from: old, to: column });
    }
  }
  return answers;
}

function bare(quoted: string): string {
  return quoted.replace(/^"|"$/g, "");
}
