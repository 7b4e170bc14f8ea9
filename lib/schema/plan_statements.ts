import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../failure.ts";
import { composeStatements } from "./compose.ts";
import type { Kit, SchemaDiff } from "./diff.ts";
import type { Repair } from "./kit_corrections.ts";
import { declarationRefused, notReached } from "./not_reached.ts";
import { ofThisChange } from "./of_this_change.ts";
import type { Snapshot } from "./snapshot.ts";
import { changedObjects, type Shortfall, shortfalls, targetOf } from "./target.ts";
import { shortReason, type TriedOut, tryOut } from "./try_out.ts";

/** The statements of a migration, tried. */
export interface PlannedStatements extends TriedOut {
  tag: string;
  statements: string[];
}

type OpenShadow = () => Promise<DatabaseSync>;

/**
 * The statements that lead to the declared schema, proven: after them every existing table and view that
 * the change concerns is what its declaration makes from nothing. drizzle-kit leaves out some changes,
 * such as stored generated columns, and writes some that no SQLite takes; those tables are rebuilt, those
 * views made anew. What only the database has, and the change leaves alone, is nobody's shortfall.
 *
 * @param openShadow a shadow with the history replayed
 * @param tagOf names a migration by its statements
 * @returns null where nothing is to be done
 * @throws Failure SCHEMA_NOT_REACHED, REBUILD_IMPOSSIBLE, ROWS_LOST (failed)
 */
export async function planStatements(
  kit: Kit,
  diff: SchemaDiff,
  cur: Snapshot,
  openShadow: OpenShadow,
  tagOf: (statements: string[]) => Promise<string>,
): Promise<PlannedStatements | null> {
  const repair: Repair = { tables: new Set(madeWrong(diff.prev, cur)), views: new Set() };
  let first: PlannedStatements | null = null;
  for (;;) {
    const { planned, missing, reason } = await attempt(kit, diff, cur, repair, openShadow, tagOf);
    if (missing?.length === 0) return planned;
    if (!missing) first ??= planned;
    const wanted = missing ?? everyChange(diff.prev, cur);
    const before = repair.tables.size + repair.views.size;
    for (const { type, name } of wanted) repair[type === "table" ? "tables" : "views"].add(name);
    if (repair.tables.size + repair.views.size > before) continue;
    // drizzle-kit's own statements, said to be refused by every SQLite: a person has to correct them.
    if (first) return first;
    throw await declarationRefused(kit, cur, wanted) ?? notReached(wanted, reason);
  }
}

interface Attempt {
  planned: PlannedStatements | null;
  /** Null: SQLite refuses the statements, always. */
  missing: Shortfall[] | null;
  /** Why no statements came out. */
  reason?: string;
}

/** Tries statements, and tells what they do not reach. */
async function attempt(
  kit: Kit,
  diff: SchemaDiff,
  cur: Snapshot,
  repair: Repair,
  openShadow: OpenShadow,
  tagOf: (statements: string[]) => Promise<string>,
): Promise<Attempt> {
  let statements: string[];
  try {
    statements = await composeStatements(kit, diff, cur, openShadow, repair);
  } catch (error) {
    // It runs some of them on a shadow, to see what they make.
    if (error instanceof Failure) throw error;
    return { planned: null, missing: null, reason: shortReason(error) };
  }
  const isFirst = Object.keys(diff.prev.tables).length + Object.keys(diff.prev.views).length === 0;
  const target = isFirst ? null : await targetOf(kit, diff.prev, cur, statements);
  let missing: Shortfall[] | null = null;
  const look = (db: DatabaseSync) => {
    missing = target ? shortfalls(db, target) : [];
  };
  let planned: PlannedStatements | null = null;
  if (statements.length > 0) {
    const tag = await tagOf(statements);
    planned = { tag, statements, ...await tryOut(tag, statements, openShadow, look) };
    if (isFirst) missing = [];
  } else {
    const db = await openShadow();
    look(db);
    db.close();
  }
  // Assigned in a callback, which the compiler does not follow.
  const found = missing as Shortfall[] | null;
  if (!found || found.length === 0) return { planned, missing: found };
  const own = await ofThisChange(kit, diff, cur, found, statements, openShadow);
  return { planned, missing: own };
}

/**
 * Tables whose columns change in a way that drizzle-kit's statements make wrong, though the outcome looks
 * right: a column that is no longer generated would lose its values, and a reference from a generated one
 * would never be held against the rows.
 */
function madeWrong(prev: Snapshot, cur: Snapshot): string[] {
  return Object.keys(prev.tables).filter((name) => {
    const before = prev.tables[name]!.columns, now = cur.tables[name];
    const keys = Object.values(now?.foreignKeys ?? {}).flatMap(({ columnsFrom }) => columnsFrom);
    return Object.values(now?.columns ?? {}).some((column) =>
      column.generated
        ? keys.includes(column.name) && !before[column.name]
        : before[column.name]?.generated
    );
  });
}

function everyChange(prev: Snapshot, cur: Snapshot): Shortfall[] {
  const { tables, views } = changedObjects(prev, cur);
  return [
    ...tables.map((name): Shortfall => ({ type: "table", name, parts: [] })),
    ...views.map((name): Shortfall => ({ type: "view", name, parts: [] })),
  ];
}
