import type { DatabaseSync } from "node:sqlite";

/**
 * Runs work in a write transaction: all of it or nothing.
 *
 * @param rejected what to throw when the commit itself is refused; called while it can still be looked into
 */
export function inTransaction<T>(
  db: DatabaseSync,
  work: (db: DatabaseSync) => T,
  rejected: (cause: unknown) => unknown = (cause) => cause,
): T {
  db.exec("BEGIN IMMEDIATE");
  try {
    const result = work(db);
    try {
      db.exec("COMMIT");
    } catch (cause) {
      throw rejected(cause);
    }
    return result;
  } catch (error) {
    try {
      db.exec("ROLLBACK");
    } catch {
      // SQLite has already rolled back, as it does when the disk is full.
    }
    throw error;
  }
}
