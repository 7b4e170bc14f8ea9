import { type Answers, checkAnswers, nameChanges, type Rename } from "./answers.ts";
import { missingHints, openQuestions } from "./questions.ts";
import { applyRenames } from "./renames.ts";
import type { SchemaBody, SchemaTable, Snapshot } from "./snapshot.ts";

/** What is used of `drizzle-kit/api`: SQL statements that lead from one snapshot to another. */
export interface Kit {
  generateSQLiteMigration(prev: Snapshot, cur: Snapshot): Promise<string[]>;
}

/** The SQL of a change, before it is put into a safe order. */
export interface SchemaDiff {
  /** The last snapshot with the renames in it. */
  prev: Snapshot;
  statements: string[];
  renames: Rename[];
  meta: { tables: Record<string, string>; columns: Record<string, string> };
}

/** Loads drizzle-kit, about 0.2 s; start it early, and not at all where nothing can have changed. */
export async function loadKit(): Promise<Kit> {
  const kit: unknown = await import("./kit.ts");
  return kit as Kit;
}

/**
 * Diffs two schemas with drizzle-kit without letting it ask: renames are applied to the old side first,
 * and where something is new while something else is gone, it goes over a schema that has both.
 *
 * @param given the arguments of this run that a refusal says again
 * @throws Failure MISSING_HINTS, ANSWER_UNKNOWN (usage)
 */
export async function diffSchemas(
  kit: Kit,
  latest: Snapshot,
  cur: Snapshot,
  answers: Answers,
  given: string[] = [],
): Promise<SchemaDiff> {
  const { prev, statements, renames, meta } = applyRenames(latest, cur, answers);
  checkAnswers(prev, cur, answers);
  const questions = openQuestions(prev, cur, answers);
  if (questions.length > 0) throw missingHints(questions, answers, given);
  const both = bothSchemas(prev, cur);
  const changes = both
    ? [
      ...await kit.generateSQLiteMigration(prev, both),
      ...await kit.generateSQLiteMigration(both, cur),
    ]
    : await kit.generateSQLiteMigration(prev, cur);
  return { prev, statements: [...statements, ...changes], renames, meta };
}

/** The new schema with everything that is gone still in it; null where drizzle-kit would not ask. */
function bothSchemas(prev: Snapshot, cur: Snapshot): Snapshot | null {
  let asks = false;
  const keep = <T>(before: Record<string, T>, now: Record<string, T>): Record<string, T> => {
    const { created, deleted } = nameChanges(before, now);
    if (created.length === 0 || deleted.length === 0) return now;
    asks = true;
    return { ...now, ...Object.fromEntries(deleted.map((name) => [name, before[name]!])) };
  };
  const columns = (name: string, table: SchemaTable): SchemaTable => {
    const before = prev.tables[name];
    return before ? { ...table, columns: keep(before.columns, table.columns) } : table;
  };
  const tables = Object.entries(cur.tables).map(([name, table]) =>
    [name, columns(name, table)] as const
  );
  const both: Snapshot = {
    ...cur,
    tables: keep(prev.tables, Object.fromEntries(tables)),
    views: keep(prev.views, cur.views),
  };
  return asks ? both : null;
}

/** A schema as a snapshot, to be compared. */
export function asSnapshot(schema: SchemaBody, id: string, prevId: string): Snapshot {
  const { tables, views, enums, _meta, internal } = schema;
  return { version: "6", dialect: "sqlite", id, prevId, tables, views, enums, _meta, internal };
}
