import type { DatabaseSync } from "node:sqlite";
import {
  compareRows,
  lookAt,
  type RehearsedTable,
  type Renames,
  renamesOf,
  type TableBefore,
} from "./rehearsed_rows.ts";
import { effectsOf } from "./script_effects.ts";
import { appTables, runScript, type Script, type ScriptFailure } from "./shadow.ts";
import { fillTables } from "./synthetic_rows.ts";
import { isSystemTable } from "./system_tables.ts";
import { quoteName } from "./tokens.ts";

export type { RehearsedTable } from "./rehearsed_rows.ts";

/** The outcome of trying scripts on rows. */
export interface Rehearsal {
  tables: RehearsedTable[];
  /** The script that failed; those behind it were not tried. */
  failure: ScriptFailure | null;
  /** Duration, ms. */
  ms: number;
}

/** How scripts are tried. */
export interface RehearsalOptions {
  /** Puts rows into tables that have none. True by default. */
  fill?: boolean;
  /** Leaves out tables of which a script's text says that it cannot touch a row of them. */
  narrow?: boolean;
  /** Tables with more rows are counted, not compared row by row. */
  limit?: number;
  /** Names some of the rows that went. */
  keysOf?(before: TableBefore, renames: Renames): string[];
}

/**
 * Runs scripts on a shadow whose tables have made-up rows, or on a copy of real ones, and tells what
 * became of the rows. Tables that a script made are filled before the next one.
 */
export function rehearse(
  db: DatabaseSync,
  scripts: Script[],
  options: RehearsalOptions = {},
): Rehearsal {
  const { fill = true, narrow = false, limit = Infinity, keysOf } = options;
  const start = performance.now();
  const tables: RehearsedTable[] = [];
  for (const script of scripts) {
    const effects = narrow ? effectsOf(script.statements) : null;
    if (effects?.rows === false) {
      const failure = runHarmless(db, script, fill, effects.tables, tables);
      if (failure) return { tables, failure, ms: since(start) };
      continue;
    }
    if (fill) fillTables(db);
    const before = appTables(db).map((table) => lookAt(db, table, limit));
    const failure = runScript(db, script);
    if (failure) return { tables, failure, ms: since(start) };
    const renames = renamesOf(script.statements);
    const now = new Map(appTables(db).map((table) => [table.toLowerCase(), table]));
    for (const state of before) {
      const table = compareRows(db, script.tag, state, renames, now);
      const lostKeys = table.lost > 0 ? keysOf?.(state, renames) : undefined;
      tables.push(lostKeys ? { ...table, lostKeys } : table);
    }
  }
  return { tables, failure: null, ms: since(start) };
}

/** A script that leaves every row as it is can still fail on the rows that it finds. */
function runHarmless(
  db: DatabaseSync,
  script: Script,
  fill: boolean,
  names: Set<string>,
  tables: RehearsedTable[],
): ScriptFailure | null {
  const present = [...names].flatMap((name) => {
    const found = db.prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name = ? COLLATE NOCASE",
    ).get(name);
    return found && !isSystemTable(name) ? [String(found.name)] : [];
  });
  if (fill) fillTables(db, new Set(present.map((name) => name.toLowerCase())));
  const failure = runScript(db, script);
  for (const table of failure ? [] : present) {
    const rows = Number(db.prepare(`SELECT count(*) AS n FROM ${quoteName(table)}`).get()?.n);
    const kept = { before: rows, after: rows, changed: 0, compared: true, lost: 0, unlinked: 0 };
    tables.push({ tag: script.tag, table, ...kept, columnsLost: [], dropped: false });
  }
  return failure;
}

function since(start: number): number {
  return Math.round((performance.now() - start) * 10) / 10;
}
