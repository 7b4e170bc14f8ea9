import type { DatabaseSync } from "node:sqlite";
import { RowsLost, StatementRejected } from "../migration_errors.ts";
import type { MigrationToApply } from "../app_database.ts";
import { messageOf } from "./database_failures.ts";
import { addToLedger } from "./ledger.ts";
import { countRows, lossesBetween } from "./row_counts.ts";
import { inTransaction } from "./transaction.ts";

/**
 * Runs a migration and writes its ledger rows, in one transaction.
 *
 * @throws StatementRejected, RowsLost
 */
export function applyMigration(
  db: DatabaseSync,
  migration: MigrationToApply,
  allowLoss: boolean,
): void {
  inTransaction(db, () => {
    // D1 checks foreign keys at the end of a migration, and so do we.
    db.exec("PRAGMA defer_foreign_keys = ON");
    const before = allowLoss ? null : countRows(db);
    for (const [index, statement] of migration.statements.entries()) {
      try {
        db.exec(statement);
      } catch (cause) {
        throw new StatementRejected(index, messageOf(cause), { cause });
      }
    }
    addToLedger(db, migration);
    const losses = before ? lossesBetween(before, countRows(db)) : [];
    if (losses.length > 0) throw new RowsLost(losses);
  }, (cause) => new StatementRejected(null, `${messageOf(cause)}${orphans(db)}`, { cause }));
}

/** Which rows refer to nothing, for the message of a failed commit. */
function orphans(db: DatabaseSync): string {
  const rows = db.prepare("PRAGMA foreign_key_check").all();
  if (rows.length === 0) return "";
  const tables = [
    ...new Set(rows.map((row) => `\`${row.table}\` refers to missing rows of \`${row.parent}\``)),
  ];
  return `: ${tables.join(", ")} (${rows.length} rows)`;
}
