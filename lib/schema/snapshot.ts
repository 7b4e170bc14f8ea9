import { Failure } from "../failure.ts";
import { lineIn, parseJson } from "./json_text.ts";
import { tableProblem, viewProblem } from "./snapshot_shape.ts";

/** A column of a snapshot. */
export interface SchemaColumn {
  name: string;
  type: string;
  primaryKey: boolean;
  notNull: boolean;
  autoincrement?: boolean;
  default?: unknown;
  generated?: { as: string; type: "stored" | "virtual" };
}

export interface SchemaIndex {
  name: string;
  columns: string[];
  isUnique: boolean;
  where?: string;
}

export interface SchemaForeignKey {
  name: string;
  tableFrom: string;
  tableTo: string;
  columnsFrom: string[];
  columnsTo: string[];
  onDelete?: string;
  onUpdate?: string;
}

export interface SchemaTable {
  name: string;
  columns: Record<string, SchemaColumn>;
  indexes: Record<string, SchemaIndex>;
  foreignKeys: Record<string, SchemaForeignKey>;
  compositePrimaryKeys: Record<string, { name?: string; columns: string[] }>;
  uniqueConstraints: Record<string, { name: string; columns: string[] }>;
  checkConstraints: Record<string, { name: string; value: string }>;
}

export interface SchemaView {
  name: string;
  columns: Record<string, SchemaColumn>;
  definition?: string;
  isExisting: boolean;
}

/** A schema in the format of drizzle-kit's snapshots, version 6, without its place in the chain. */
export interface SchemaBody {
  version: "6";
  dialect: "sqlite";
  tables: Record<string, SchemaTable>;
  views: Record<string, SchemaView>;
  enums: Record<string, never>;
  /** Renames of this migration, quoted: `"posts"."title"` -> `"posts"."headline"`. */
  _meta: {
    schemas?: Record<string, never>;
    tables: Record<string, string>;
    columns: Record<string, string>;
  };
  internal?: { indexes: Record<string, unknown> };
}

/** `drizzle/meta/NNNN_snapshot.json`. */
export interface Snapshot extends SchemaBody {
  id: string;
  prevId: string;
}

/** What drizzle-kit takes for the parent of the first snapshot. */
export const ORIGIN_ID = "00000000-0000-0000-0000-000000000000";

/** The schema before the first migration. */
export const EMPTY_SNAPSHOT: Snapshot = {
  version: "6",
  dialect: "sqlite",
  id: ORIGIN_ID,
  prevId: "",
  tables: {},
  views: {},
  enums: {},
  _meta: { tables: {}, columns: {} },
};

/**
 * Reads a snapshot.
 *
 * @throws Failure (config): JSON_INVALID, SNAPSHOT_INVALID, SNAPSHOT_VERSION
 */
export function parseSnapshot(text: string, file: string): Snapshot {
  const value = parseJson(text, file);
  const refuse = (path: string[], reason: string): never => {
    throw invalid(file, lineIn(text, path), reason);
  };
  if (!isRecord(value)) return refuse([], "it is not an object");
  if (value.version !== "6") {
    throw new Failure(
      "config",
      "SNAPSHOT_VERSION",
      `\`${file}\` has version "${String(value.version)}"; only version "6" is supported`,
      {
        hint: "Run `npx drizzle-kit up` in the server folder",
        details: { file, line: lineIn(text, ["version"]) },
      },
    );
  }
  for (const key of ["id", "prevId"]) {
    if (typeof value[key] !== "string") refuse([key], `\`${key}\` is not a text`);
  }
  if (!isRecord(value.tables)) return refuse(["tables"], "`tables` is not an object");
  const tables: Record<string, unknown> = {};
  for (const [name, entry] of Object.entries(value.tables)) {
    if (!isRecord(entry)) return refuse(["tables", name], `table \`${name}\` is not an object`);
    // Older versions of drizzle-kit knew neither. The order of what is there stays.
    const { uniqueConstraints = {}, checkConstraints = {} } = entry;
    const table = { ...entry, uniqueConstraints, checkConstraints };
    const problem = tableProblem(table);
    if (problem) refuse(["tables", name, ...problem.path], `table \`${name}\`: ${problem.reason}`);
    tables[name] = table;
  }
  const views = value.views ?? {};
  if (!isRecord(views)) return refuse(["views"], "`views` is not an object");
  for (const [name, view] of Object.entries(views)) {
    if (!isRecord(view)) return refuse(["views", name], `view \`${name}\` is not an object`);
    const problem = viewProblem(view);
    if (problem) refuse(["views", name, ...problem.path], `view \`${name}\`: ${problem.reason}`);
  }
  return { ...value, tables, views, enums: value.enums ?? {} } as unknown as Snapshot;
}

/** Whether two schemas ask for the same database. Order of names and migration bookkeeping do not count. */
export function sameSchema(a: SchemaBody, b: SchemaBody): boolean {
  return sameValue(a.tables, b.tables) && sameValue(a.views, b.views);
}

/** Whether two values of JSON are equal; the order of keys does not count. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameValue(a[key], b[key]));
}

function invalid(file: string, line: number, reason: string): Failure {
  return new Failure("config", "SNAPSHOT_INVALID", `Invalid \`${file}\`, line ${line}: ${reason}`, {
    hint: `Restore the file from version control: \`git checkout -- ${file}\``,
    details: { file, line },
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
