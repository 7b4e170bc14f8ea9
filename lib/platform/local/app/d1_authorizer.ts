import type { DatabaseSync } from "node:sqlite";
import { setAuthorizer } from "./sqlite_extras.ts";

const OK = 0;
const DENY = 1;

/** https://sqlite.org/c3ref/c_alter_table.html */
const DELETE = 9;
const INSERT = 18;
const PRAGMA = 19;
const READ = 20;
const SELECT = 21;
const UPDATE = 23;
const FUNCTION = 31;
const RECURSIVE = 33;

const READS = new Set([READ, SELECT, FUNCTION, RECURSIVE]);
const WRITES = new Set([DELETE, INSERT, UPDATE]);
/** Full-text and R-tree tables read these two when they are used. */
const READ_PRAGMAS = new Set(["data_version", "page_size"]);

/**
 * The second wall behind the SQL guard, inside SQLite: whatever a statement looked like, it can only
 * read, and insert, update and delete rows of the app's own tables. Schema changes, ATTACH, PRAGMA
 * and transactions are refused, except while the binding itself speaks.
 *
 * Where the engine has no authorizer the guard stands alone.
 *
 * @param trusted whether the statement that is prepared now comes from the binding.
 */
export function addWall(db: DatabaseSync, trusted: () => boolean): void {
  setAuthorizer(db, (action, first, second) => {
    if (READS.has(action) || trusted()) return OK;
    if (WRITES.has(action)) return /^(es_system__|__drizzle_)/i.test(first ?? "") ? DENY : OK;
    return action === PRAGMA && second === null && READ_PRAGMAS.has(first ?? "") ? OK : DENY;
  });
}
