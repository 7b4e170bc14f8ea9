import { DatabaseSync } from "node:sqlite";
import { type Aspects, differingAspects, tableAspects, viewAspects } from "./aspects.ts";
import { classify } from "./classify.ts";
import type { Kit } from "./diff.ts";
import { EMPTY_SNAPSHOT, sameValue, type SchemaBody, type Snapshot } from "./snapshot.ts";
import { splitStatements } from "./statements.ts";

/** The part that stands for all where SQLite refuses what is declared. */
export const REFUSED = "the declaration, which SQLite refuses";

/** A table or view that is not what the declared schema makes from nothing. */
export interface Shortfall {
  type: "table" | "view";
  name: string;
  /** The parts that differ. */
  parts: string[];
}

/** What the declared schema makes of everything that a change concerns. */
export interface Target extends Declared {
  tables: string[];
  views: string[];
  /** Nothing of this name may be left. */
  gone: { type: "table" | "view"; name: string }[];
}

/** Tables and views as they are declared, by "table name" and "view name". */
export interface Declared {
  aspects: Map<string, Aspects>;
  /** SQLite's words about what it refuses, tables by their lower-case names. */
  refused: Map<string, string>;
}

/** Tables and views that were there before and are declared otherwise now. */
export function changedObjects(
  prev: SchemaBody,
  cur: SchemaBody,
): { tables: string[]; views: string[] } {
  const own = (name: string) => cur.views[name] && !cur.views[name].isExisting;
  return {
    tables: Object.keys(prev.tables).filter((name) =>
      cur.tables[name] && !sameValue(prev.tables[name], cur.tables[name])
    ),
    views: Object.keys(cur.views).filter((name) =>
      own(name) && !sameValue(prev.views[name], cur.views[name])
    ),
  };
}

/**
 * Makes, in a database of its own, the existing tables that the statements touch or whose declaration
 * differs, and the views likewise. What is new is left out, as its statements are the same from nothing.
 */
export async function targetOf(
  kit: Kit,
  prev: Snapshot,
  cur: Snapshot,
  statements: string[],
): Promise<Target> {
  const touched = touchedBy(statements);
  const changed = changedObjects(prev, cur);
  const isMet = (name: string) => touched.has(name.toLowerCase());
  const tables = Object.keys(cur.tables).filter((name) =>
    prev.tables[name] && (isMet(name) || changed.tables.includes(name))
  );
  const views = Object.keys(cur.views).filter((name) =>
    !cur.views[name]!.isExisting && (isMet(name) || changed.views.includes(name))
  );
  const known = new Set([...Object.keys(cur.tables), ...Object.keys(cur.views)].map(lower));
  const gone = (type: "table" | "view", names: string[]) =>
    names.filter((name) => !known.has(lower(name))).map((name) => ({ type, name }));
  return {
    tables,
    views,
    gone: [
      ...gone("table", Object.keys(prev.tables)),
      ...gone("view", Object.keys(prev.views).filter((name) => !prev.views[name]!.isExisting)),
    ],
    ...await declaredAspects(kit, cur, tables, views),
  };
}

/** What a database lacks of a target. */
export function shortfalls(db: DatabaseSync, target: Target): Shortfall[] {
  const { tables, views, gone, aspects, refused } = target;
  const found: Shortfall[] = [];
  const compare = (type: Shortfall["type"], name: string, have: Aspects) => {
    const reason = refused.get(lower(name));
    const parts = reason === undefined
      ? differingAspects(have, aspects.get(`${type} ${name}`)!)
      : [`${REFUSED} (${reason})`];
    if (parts.length > 0) found.push({ type, name, parts });
  };
  for (const name of tables) compare("table", name, tableAspects(db, name));
  for (const name of views) compare("view", name, viewAspects(db, name));
  const left = db.prepare("SELECT 1 FROM sqlite_schema WHERE type = ? AND name = ?");
  for (const { type, name } of gone) {
    if (left.get(type, name)) found.push({ type, name, parts: ["existence"] });
  }
  return found;
}

/** What the kit makes of some tables and views from nothing. */
export async function declaredAspects(
  kit: Kit,
  schema: Snapshot,
  tables: string[],
  views: string[],
): Promise<Declared> {
  const declared: Declared = { aspects: new Map(), refused: new Map() };
  if (tables.length + views.length === 0) return declared;
  const db = new DatabaseSync(":memory:");
  try {
    const only = {
      ...schema,
      tables: pick(schema.tables, tables),
      views: pick(schema.views, views),
    };
    for (const text of await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, only)) {
      const reason = refusal(db, text);
      const { on, target } = classify(splitStatements(text)[0]!);
      if (reason !== null) declared.refused.set(lower(on ?? target ?? ""), reason);
    }
    for (const name of tables) declared.aspects.set(`table ${name}`, tableAspects(db, name));
    for (const name of views) declared.aspects.set(`view ${name}`, viewAspects(db, name));
    return declared;
  } finally {
    db.close();
  }
}

function refusal(db: DatabaseSync, sql: string): string | null {
  try {
    db.exec(sql);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Names in lower case of whatever statements are about. */
function touchedBy(statements: string[]): Set<string> {
  const infos = statements.flatMap((text) => splitStatements(text)).map((one) => classify(one));
  return new Set(
    infos.flatMap(({ verb, target, on, to }) => [
      target,
      on,
      ...verb === "ALTER TABLE RENAME TO" ? [to] : [],
    ]).flatMap((name) => (name === null ? [] : [lower(name)])),
  );
}

function pick<T>(record: Record<string, T>, names: string[]): Record<string, T> {
  return Object.fromEntries(names.flatMap((name) => name in record ? [[name, record[name]!]] : []));
}

function lower(name: string): string {
  return name.toLowerCase();
}
