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

const READS = new Set([READ, SELECT, RECURSIVE]);
const WRITES = new Set([DELETE, INSERT, UPDATE]);
/** Full-text and R-tree tables read these two when they are used. */
const READ_PRAGMAS = new Set(["data_version", "page_size"]);
/** These only describe the schema: `SELECT * FROM pragma_table_info('posts')`. */
const SCHEMA_PRAGMAS = new Set([
  "table_info",
  "table_xinfo",
  "table_list",
  "index_info",
  "index_list",
  "index_xinfo",
  "foreign_key_list",
]);
/** Functions of this SQLite that D1 has not, or keeps from apps. */
const ABSENT_FUNCTIONS = new Set([
  "fts3_tokenizer",
  "if",
  "json_array_insert",
  "json_error_position",
  "json_pretty",
  "jsonb_array_insert",
  "matchinfo",
  "offsets",
  "optimize",
  "soundex",
  "sqlite_compileoption_get",
  "sqlite_compileoption_used",
  "sqlite_log",
  "sqlite_source_id",
  "sqlite_version",
  "subtype",
  "unistr",
  "unistr_quote",
]);

/**
 * The second wall behind the SQL guard, inside SQLite: whatever a statement looked like, it can only
 * read, and insert, update and delete rows of the app's own tables, with D1's functions. Schema
 * changes, ATTACH, PRAGMA and transactions are refused, except while the binding itself speaks.
 *
 * Where the engine has no authorizer the guard stands alone.
 *
 * @param trusted whether the statement that is prepared now comes from the binding.
 */
export function addWall(db: DatabaseSync, trusted: () => boolean): void {
  setAuthorizer(db, (action, first, second) => {
    if (trusted()) return OK;
    if (action === FUNCTION) return ABSENT_FUNCTIONS.has(second?.toLowerCase() ?? "") ? DENY : OK;
    if (READS.has(action)) return OK;
    if (WRITES.has(action)) return /^(es_system__|__drizzle_)/i.test(first ?? "") ? DENY : OK;
    if (action !== PRAGMA) return DENY;
    const open = SCHEMA_PRAGMAS.has(first ?? "") ||
      second === null && READ_PRAGMAS.has(first ?? "");
    return open ? OK : DENY;
  });
}
