import type { DatabaseSync } from "node:sqlite";
import type { Finding } from "../finding.ts";
import { rehearse, type RehearsedTable } from "./rehearsal.ts";
import { oneLine, refuseLosses, rehearsalWarning } from "./rehearsal_report.ts";
import { appTables, runScript } from "./shadow.ts";

/** What trying a new migration showed. */
export interface TriedOut {
  /** What became of made-up rows in every table that the migration meets. */
  rehearsal: RehearsedTable[];
  /** How long it took, ms. */
  rehearsalMs: number;
  /** What a person should look at before the migration is applied. */
  findings: Finding[];
}

/**
 * Runs a migration on made-up rows before it is written. A loss that no statement names refuses it. What
 * SQLite refuses is reported: drizzle-kit writes some SQL that no database takes, and only a correction
 * by hand helps then.
 *
 * @param openShadow gives a database in memory with the history replayed
 * @param look gets to see what the statements make; not where SQLite refuses them without any row, too
 * @throws Failure ROWS_LOST (failed)
 */
export async function tryOut(
  tag: string,
  statements: string[],
  openShadow: () => Promise<DatabaseSync>,
  look: (db: DatabaseSync) => void = () => {},
): Promise<TriedOut> {
  const started = performance.now();
  const db = await openShadow();
  try {
    // Without a table there is no row that could be lost: that it runs is all there is to see.
    if (appTables(db).length === 0 && runScript(db, { tag, statements }) === null) {
      const ms = Math.round(performance.now() - started);
      look(db);
      return { rehearsal: [], rehearsalMs: ms, findings: [] };
    }
    const { tables, failure, ms } = rehearse(db, [{ tag, statements }]);
    if (tables.length > 0) refuseLosses(tables, statements);
    if (!failure) look(db);
    const broken = failure && await failsAlways(tag, statements, openShadow, look);
    const finding = broken ?? (failure && rehearsalWarning(failure, statements));
    return { rehearsal: tables, rehearsalMs: ms, findings: finding ? [finding] : [] };
  } finally {
    db.close();
  }
}

/** What fails without any row, too. */
async function failsAlways(
  tag: string,
  statements: string[],
  openShadow: () => Promise<DatabaseSync>,
  look: (db: DatabaseSync) => void,
): Promise<Finding | null> {
  const db = await openShadow();
  try {
    const failure = runScript(db, { tag, statements });
    if (!failure) {
      look(db);
      return null;
    }
    const statement = failure.index === null ? null : statements[failure.index] ?? null;
    const what = statement
      ? `\`${oneLine(statement.replace(/;\s*$/, ""))}\``
      : "the end of the migration";
    return {
      code: "MIGRATION_FAILS",
      severity: "error",
      file: null,
      line: null,
      message: `SQLite refuses ${what}: ${shortReason(failure.message)}`,
      fix: "Correct what `db_schema.ts` declares there, or the statement in the migration",
    };
  } finally {
    db.close();
  }
}

/** SQLite's words without the statement that the engine puts behind them. */
export function shortReason(error: unknown): string {
  const words = error instanceof Error ? error.message : String(error);
  return words.replace(/ in [^]* at offset \d+$/, "");
}
