import { classify } from "./classify.ts";
import { splitStatements } from "./statements.ts";

/** Statements that leave every row of every table as it is. */
const HARMLESS = [
  "CREATE TABLE",
  "CREATE INDEX",
  "CREATE VIEW",
  "CREATE TRIGGER",
  "DROP INDEX",
  "DROP VIEW",
  "DROP TRIGGER",
  "ALTER TABLE ADD COLUMN",
  "PRAGMA",
  "SELECT",
  "VALUES",
  "EXPLAIN",
];

/** What a script may do to rows, by reading it. */
export interface ScriptEffects {
  /** It may change, delete or move rows, also of tables that it does not name. */
  rows: boolean;
  /** The tables that it names and did not make itself, in lower case. */
  tables: Set<string>;
}

/** Reads what a script may do to rows. Whatever is not surely harmless counts as changing them. */
export function effectsOf(statements: string[]): ScriptEffects {
  const infos = statements.flatMap((text) => splitStatements(text)).map((item) => classify(item));
  const made = new Set(
    infos.filter(({ verb }) => verb === "CREATE TABLE").map(({ target }) => target?.toLowerCase()),
  );
  const named = infos.flatMap(({ verb, target, on }) =>
    verb.startsWith("ALTER TABLE") || verb === "CREATE INDEX" ? [(on ?? target)?.toLowerCase()] : []
  );
  return {
    rows: infos.some(({ verb, kind, malformed }) =>
      !HARMLESS.includes(verb) || kind === "unknown" || malformed
    ),
    tables: new Set(
      named.filter((name): name is string => name !== undefined && !made.has(name)),
    ),
  };
}
