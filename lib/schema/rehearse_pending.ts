import type { AppDatabase, TrialCopy } from "../platform/app_database.ts";
import type { Migration } from "./chain.ts";
import { scriptOf } from "./history.ts";
import { rehearse, type RehearsedTable } from "./rehearsal.ts";
import type { TableBefore } from "./rehearsed_rows.ts";
import { appTables, openShadow, runScripts, type ScriptFailure } from "./shadow.ts";
import { quoteName } from "./tokens.ts";

/** Tables of the copy with more rows are counted, not compared row by row. */
const LIMIT = 20_000;

/** What SQLite says when the copy has no room. */
const DISK = /disk I\/O error|disk is full/;

/** How many of the lost rows are named. */
const KEYS = 5;

/** What became of a table's rows, and which rows they were. */
export interface PendingTable extends RehearsedTable {
  source: "copy" | "made-up";
}

/** The rehearsal of everything that is pending. */
export interface PendingRehearsal {
  tables: PendingTable[];
  /** What failed, and on which rows. */
  failure: (ScriptFailure & { source: PendingTable["source"] }) | null;
  /** Whether it also ran on a copy of the database. */
  copy: boolean;
  /** Why it did not, where that is worth a word. */
  skipped: string | null;
  /** Duration, ms, with copying. */
  ms: number;
}

/**
 * Tries the pending migrations, first on a copy of the database where it has rows and the disk has room,
 * then on made-up rows in every table on top of the replayed history.
 *
 * @param applied what the database has already, in journal order
 */
export async function rehearsePending(
  applied: Migration[],
  pending: Migration[],
  database: AppDatabase,
): Promise<PendingRehearsal> {
  const start = performance.now();
  const nothing = { tables: [], failure: null, copy: false, skipped: null };
  if (pending.length === 0) return { ...nothing, ms: 0 };
  const done = (result: Omit<PendingRehearsal, "ms">) => ({
    ...result,
    ms: Math.round((performance.now() - start) * 10) / 10,
  });
  const trial = await hasRows(database) ? await database.trialCopy() : null;
  const tried = trial && "db" in trial ? onCopy(trial, pending) : null;
  // The disk failed, not the migration.
  const broken = tried?.failure && DISK.test(tried.failure.message) ? tried.failure.message : null;
  const skipped = trial && "skipped" in trial ? trial.skipped : broken;
  const real = broken === null ? tried : null;
  if (real?.failure) {
    return done({
      tables: real.tables.map((table) => ({ ...table, source: "copy" })),
      failure: { ...real.failure, source: "copy" },
      copy: true,
      skipped,
    });
  }
  const madeUp = onMadeUpRows(applied, pending);
  return done({
    tables: merge(madeUp.tables, real?.tables ?? []),
    failure: madeUp.failure && { ...madeUp.failure, source: "made-up" },
    copy: real !== null,
    skipped,
  });
}

function onMadeUpRows(applied: Migration[], pending: Migration[]) {
  const [done, next] = [applied.map(scriptOf), pending.map(scriptOf)];
  const db = openShadow([...done, ...next]);
  try {
    const failure = runScripts(db, done);
    return failure ? { tables: [], failure } : rehearse(db, next, { narrow: true });
  } finally {
    db.close();
  }
}

function onCopy(trial: Exclude<TrialCopy, { skipped: string }>, pending: Migration[]) {
  let attached = false;
  const keysOf = (before: TableBefore, renames: Map<string, string>): string[] => {
    const { table, primaryKey } = before;
    const now = appTables(trial.db).find((name) =>
      name.toLowerCase() === (renames.get(table.toLowerCase()) ?? table.toLowerCase())
    );
    if (primaryKey.length === 0) return [];
    if (!attached) trial.attachLive();
    attached = true;
    const names = primaryKey.map((column) => quoteName(column)).join(", ");
    const rest = now ? ` EXCEPT SELECT ${names} FROM main.${quoteName(now)}` : "";
    try {
      return trial.db.prepare(
        `SELECT ${names} FROM live.${quoteName(table)}${rest} LIMIT ${KEYS}`,
      ).all().map((row) => primaryKey.map((column) => `${column} ${row[column]}`).join(", "));
    } catch {
      // A table that an earlier pending migration made or renamed.
      return [];
    }
  };
  try {
    const options = { fill: false, narrow: true, limit: LIMIT, keysOf };
    return rehearse(trial.db, pending.map(scriptOf), options);
  } finally {
    trial.close();
  }
}

/** Real rows say more than made-up ones, where there are any. */
function merge(madeUp: RehearsedTable[], real: RehearsedTable[]): PendingTable[] {
  const id = ({ tag, table }: RehearsedTable) => `${tag}\n${table.toLowerCase()}`;
  const lived = new Map(real.filter(({ before }) => before > 0).map((item) => [id(item), item]));
  const merged = madeUp.map((item): PendingTable => {
    const found = lived.get(id(item));
    lived.delete(id(item));
    return found ? { ...found, source: "copy" } : { ...item, source: "made-up" };
  });
  return [
    ...merged,
    ...[...lived.values()].map((item): PendingTable => ({ ...item, source: "copy" })),
  ];
}

async function hasRows(database: AppDatabase): Promise<boolean> {
  const { rows } = await database.query(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name NOT LIKE 'es\\_system\\_\\_%' ESCAPE '\\' AND name <> '__drizzle_migrations'",
  );
  // In parts: SQLite takes no more than 500 terms in one SELECT.
  for (let at = 0; at < rows.length; at += 100) {
    const terms = rows.slice(at, at + 100).map(({ name }) =>
      `EXISTS (SELECT 1 FROM ${quoteName(String(name))})`
    );
    const answer = await database.query(`SELECT ${terms.join(" OR ")} AS found`);
    if (answer.rows[0]?.found) return true;
  }
  return false;
}
