import type { DatabaseSync } from "node:sqlite";
import type { Finding } from "../finding.ts";
import type { AppDatabase } from "../platform/platform.ts";
import { isSystemTable } from "./system_tables.ts";
import { tokenize } from "./tokens.ts";

/** A table, index, view or trigger. */
interface SchemaObject {
  type: string;
  name: string;
  /** In a form that ignores white space, quotes and case of keywords. */
  shape: string;
}

const OBJECTS =
  "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";

/** Where the live database differs from what its migrations make of an empty one. */
export async function driftFindings(
  replayed: DatabaseSync,
  database: AppDatabase,
): Promise<Finding[]> {
  const live = objectsOf((await database.query(OBJECTS)).rows);
  const expected = objectsOf(replayed.prepare(OBJECTS).all());
  const findings: Finding[] = [];
  for (const [key, { type, name, shape }] of live) {
    const wanted = expected.get(key);
    if (!wanted) {
      findings.push(
        drift("DRIFT_EXTRA", `The database has the ${type} \`${name}\`, which no migration makes`),
      );
    } else if (wanted.shape !== shape) {
      findings.push(
        drift("DRIFT_CHANGED", `The ${type} \`${name}\` is not as the migrations make it`),
      );
    }
  }
  for (const [key, { type, name }] of expected) {
    if (!live.has(key)) {
      findings.push(
        drift(
          "DRIFT_MISSING",
          `The ${type} \`${name}\`, which a migration makes, is missing in the database`,
        ),
      );
    }
  }
  return findings;
}

function objectsOf(rows: Record<string, unknown>[]): Map<string, SchemaObject> {
  const objects = rows.filter(({ tbl_name }) => !isSystemTable(String(tbl_name))).map((
    row,
  ): SchemaObject => ({
    type: String(row.type),
    name: String(row.name),
    shape: shapeOf(String(row.sql)),
  }));
  return new Map(objects.map((object) => [`${object.type} ${object.name.toLowerCase()}`, object]));
}

/** Bare and quoted names compare alike: SQLite changes quotes when a table is renamed. */
function shapeOf(sql: string): string {
  return tokenize(sql).filter(({ kind }) => kind !== "comment")
    .map(({ kind, text }) => (kind === "name" ? text.toUpperCase() : text)).join(" ");
}

function drift(code: string, message: string): Finding {
  return {
    code,
    severity: "warning",
    file: null,
    line: null,
    message,
    fix: "Make the change a migration, or bring the database back in line with `edgespark db sql`",
  };
}
