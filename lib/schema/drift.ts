import type { DatabaseSync } from "node:sqlite";
import type { Finding } from "../finding.ts";
import type { AppDatabase } from "../platform/app_database.ts";
import type { Migration } from "./chain.ts";
import { scriptOf } from "./history.ts";
import { openShadow, runScript, type ScriptFailure } from "./shadow.ts";
import { sqlShape } from "./sql_shape.ts";
import { isSystemTable } from "./system_tables.ts";

/** A table, index, view or trigger. */
interface SchemaObject {
  type: string;
  name: string;
  /** In a form that ignores white space, quotes and case of keywords. */
  shape: string;
}

/** A schema object of the live database or of the history, and where it comes from. */
export interface ExplainedObject {
  type: string;
  name: string;
  /** The applied migration that last made or changed it; null: none does. */
  migration: string | null;
  state: "same" | "changed" | "extra" | "missing";
}

/** What a history makes of an empty database, step by step. */
export interface Explained {
  db: DatabaseSync;
  /** By type and lower-case name. */
  objects: Map<string, SchemaObject & { migration: Migration }>;
  failure: ScriptFailure | null;
}

const OBJECTS =
  "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";

/** Replays a history from nothing and notes which migration each object comes from. The caller closes `db`. */
export function explainHistory(migrations: Migration[]): Explained {
  const db = openShadow();
  const texts = new Map<string, string>();
  let objects: Explained["objects"] = new Map();
  for (const migration of migrations) {
    const failure = runScript(db, scriptOf(migration));
    if (failure) return { db, objects, failure };
    const now: Explained["objects"] = new Map();
    for (const row of db.prepare(OBJECTS).all()) {
      if (isSystemTable(String(row.tbl_name))) continue;
      const key = keyOf(row), sql = String(row.sql);
      const known = objects.get(key);
      now.set(key, known && texts.get(key) === sql ? known : { ...objectOf(row), migration });
      texts.set(key, sql);
    }
    objects = now;
  }
  return { db, objects, failure: null };
}

/**
 * Where the live database differs from what its migrations make of an empty one.
 *
 * @param applied what the applied migrations make
 * @param pending what they and the pending ones make
 */
export async function compareLive(
  applied: Explained["objects"],
  pending: Explained["objects"],
  database: AppDatabase,
): Promise<{ findings: Finding[]; objects: ExplainedObject[] }> {
  const { rows } = await database.query(OBJECTS);
  const live = new Map(
    rows.filter(({ tbl_name }) => !isSystemTable(String(tbl_name))).map((row) => [
      keyOf(row),
      objectOf(row),
    ]),
  );
  const findings: Finding[] = [];
  const objects: ExplainedObject[] = [];
  for (const [key, { type, name, shape }] of live) {
    const wanted = applied.get(key);
    const migration = wanted?.migration ?? null;
    const state = !wanted ? "extra" : wanted.shape === shape ? "same" : "changed";
    objects.push({ type, name, migration: migration?.tag ?? null, state });
    if (state === "extra") findings.push(extra(type, name, pending.get(key)?.migration ?? null));
    if (state === "changed") findings.push(changed(type, name, migration!));
  }
  for (const [key, { type, name, migration }] of applied) {
    if (live.has(key)) continue;
    objects.push({ type, name, migration: migration.tag, state: "missing" });
    findings.push(missing(type, name, migration));
  }
  return { findings, objects };
}

function extra(type: string, name: string, later: Migration | null): Finding {
  return {
    code: "DRIFT_EXTRA",
    severity: "warning",
    file: later?.file ?? null,
    line: null,
    message: later
      ? `The database has the ${type} \`${name}\` already, which the pending \`${later.tag}\` makes`
      : `The database has the ${type} \`${name}\`, which no applied migration makes`,
    fix: later
      ? `If \`${later.tag}\` was run in another way, run \`edgespark db repair --applied ${later.tag}\``
      : "Declare it in the schema, or drop it in a migration of `edgespark db generate --custom`",
  };
}

function changed(type: string, name: string, { tag, file }: Migration): Finding {
  return {
    code: "DRIFT_CHANGED",
    severity: "warning",
    file,
    line: null,
    message: `The ${type} \`${name}\` is not as \`${tag}\` makes it`,
    fix: "Put it right in a migration of `edgespark db generate --custom`",
  };
}

function missing(type: string, name: string, { tag, file }: Migration): Finding {
  return {
    code: "DRIFT_MISSING",
    severity: "warning",
    file,
    line: null,
    message: `The ${type} \`${name}\`, which \`${tag}\` makes, is missing in the database`,
    fix:
      `Make it again in a migration of \`edgespark db generate --custom\`; if \`${tag}\` never ran, run \`edgespark db repair --unapplied ${tag}\``,
  };
}

function objectOf(row: Record<string, unknown>): SchemaObject {
  return { type: String(row.type), name: String(row.name), shape: sqlShape(String(row.sql)) };
}

function keyOf(row: Record<string, unknown>): string {
  return `${row.type} ${String(row.name).toLowerCase()}`;
}
