import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../failure.ts";
import { DRIZZLE_LEDGER, SYSTEM_LEDGER } from "../../schema/system_tables.ts";
import { quoteName } from "../../schema/tokens.ts";
import type { RowsSince } from "../app_database.ts";
import { copyOver } from "./database_copies.ts";
import { restorePointFile, restorePointNames } from "./restore_points.ts";

/**
 * What a return to a restore point would lose: per table the rows that stand only in the open database.
 * Columns that the restore point does not have yet are left out of the comparison, ledgers too.
 *
 * @throws Failure RESTORE_POINT_UNKNOWN (missing), RESTORE_POINT_BROKEN (failed)
 */
export function rowsSince(db: DatabaseSync, folder: string, name: string): RowsSince[] {
  const path = findRestorePoint(folder, name);
  db.prepare("ATTACH ? AS was").run(path);
  try {
    const found: RowsSince[] = [];
    for (const { name: table } of tablesOf(db, "main")) {
      const rows = onlyHere(db, table);
      if (rows > 0) found.push({ table, rows });
    }
    return found;
  } finally {
    db.exec("DETACH was");
  }
}

/** Copies a restore point over the open database. */
export async function copyBack(folder: string, name: string, file: string): Promise<void> {
  const path = findRestorePoint(folder, name);
  const point = new DatabaseSync(path, { readOnly: true });
  try {
    const verdict = String(point.prepare("PRAGMA quick_check(1)").get()?.quick_check);
    if (verdict !== "ok") throw broken(name, verdict);
    await copyOver(point, file);
  } finally {
    point.close();
  }
}

function findRestorePoint(folder: string, name: string): string {
  const names = restorePointNames(folder);
  if (names.includes(name)) return restorePointFile(folder, name);
  throw new Failure("missing", "RESTORE_POINT_UNKNOWN", `There is no restore point \`${name}\``, {
    hint: "Run `edgespark db undo --list` to see them",
    details: { name, names },
  });
}

function broken(name: string, reason: string): Failure {
  return new Failure(
    "failed",
    "RESTORE_POINT_BROKEN",
    `The restore point \`${name}\` is damaged: ${reason}`,
    { hint: "Choose another one of `edgespark db undo --list`; nothing was changed" },
  );
}

function tablesOf(db: DatabaseSync, schema: "main" | "was"): { name: string }[] {
  return db.prepare(
    `SELECT name FROM ${schema}.sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY rowid`,
  ).all().map(({ name }) => ({ name: String(name) })).filter(({ name }) =>
    !name.startsWith("sqlite_") && name !== SYSTEM_LEDGER && name !== DRIZZLE_LEDGER
  );
}

/** Rows of a table that the restore point does not have, or has less often. */
function onlyHere(db: DatabaseSync, table: string): number {
  const here = `main.${quoteName(table)}`, there = `was.${quoteName(table)}`;
  const count = (sql: string) => Number(db.prepare(sql).get()?.n);
  const rows = count(`SELECT count(*) AS n FROM ${here}`);
  const old = tablesOf(db, "was").find(({ name }) => name.toLowerCase() === table.toLowerCase());
  if (!old || rows === 0) return rows;
  const columns = (schema: "main" | "was") =>
    db.prepare(`SELECT name FROM pragma_table_xinfo(?, '${schema}') WHERE hidden <> 1`).all(table)
      .map(({ name }) => String(name));
  const known = new Set(columns("was").map((name) => name.toLowerCase()));
  const common = columns("main").filter((name) => known.has(name.toLowerCase()))
    .map((name) => quoteName(name)).join(", ");
  if (common === "") return rows;
  const other = count(
    `SELECT count(*) AS n FROM (SELECT ${common} FROM ${here} EXCEPT SELECT ${common} FROM ${there})`,
  );
  return Math.max(other, rows - count(`SELECT count(*) AS n FROM ${there}`));
}
