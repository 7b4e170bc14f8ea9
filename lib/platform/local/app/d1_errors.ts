/** SQLite's primary result codes (https://sqlite.org/rescode.html) that an app can meet. */
const NAMES: Record<number, string> = {
  1: "SQLITE_ERROR",
  3: "SQLITE_PERM",
  4: "SQLITE_ABORT",
  5: "SQLITE_BUSY",
  6: "SQLITE_LOCKED",
  7: "SQLITE_NOMEM",
  8: "SQLITE_READONLY",
  9: "SQLITE_INTERRUPT",
  10: "SQLITE_IOERR",
  11: "SQLITE_CORRUPT",
  13: "SQLITE_FULL",
  14: "SQLITE_CANTOPEN",
  17: "SQLITE_SCHEMA",
  18: "SQLITE_TOOBIG",
  19: "SQLITE_CONSTRAINT",
  20: "SQLITE_MISMATCH",
  21: "SQLITE_MISUSE",
  23: "SQLITE_AUTH",
  25: "SQLITE_RANGE",
};

/** The kinds of broken constraints, by the second byte of the extended code. */
const CONSTRAINTS: Record<number, string> = {
  1: "CHECK",
  2: "COMMITHOOK",
  3: "FOREIGNKEY",
  4: "FUNCTION",
  5: "NOTNULL",
  6: "PRIMARYKEY",
  7: "TRIGGER",
  8: "UNIQUE",
  9: "VTAB",
  10: "ROWID",
  11: "PINNED",
  12: "DATATYPE",
};

/**
 * The primary SQLite result code of an error that node:sqlite threw, or null for other errors. Its
 * `exec` gives none, so a lock is also known by SQLite's words for it.
 */
export function sqliteCode(error: unknown): number | null {
  if (error instanceof Error && error.message === "database is locked") return 5;
  const code = extendedCode(error);
  return code === null ? null : code & 0xff;
}

/** The same error as D1 words it: `D1_ERROR: <what SQLite says>: SQLITE_<NAME>`. */
export function toD1Error(error: unknown): Error {
  if (error instanceof TypeError) return error;
  if (error instanceof Error && error.message.startsWith("D1_")) return error;
  const text = error instanceof Error ? error.message : String(error);
  const code = sqliteCode(error);
  if (code === null) return d1Error(text);
  const kind = code === 19 ? CONSTRAINTS[(extendedCode(error) ?? 0) >> 8] : undefined;
  const extended = kind ? ` (extended: SQLITE_CONSTRAINT_${kind})` : "";
  return d1Error(`${text}: ${NAMES[code] ?? "SQLITE_ERROR"}${extended}`);
}

/** An error with D1's prefix; the text without it is its cause, as on D1. */
export function d1Error(text: string, prefix = "D1_ERROR"): Error {
  return new Error(`${prefix}: ${text}`, { cause: new Error(text) });
}

function extendedCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode : null;
}
