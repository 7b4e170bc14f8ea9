import type { SchemaJson } from "./schema_json.ts";

/** What the sandbox says of a schema. */
export interface SchemaAnswer {
  snapshot: SchemaJson;
  tableNames: string[];
  relations: number;
}

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const nothing: Check = (value) => isObject(value) && Object.keys(value).length === 0;
const optional = (check: Check): Check => (value) => value === undefined || check(value);

/** An object with exactly these members. */
function shape(members: Record<string, Check>): Check {
  return (value) =>
    isObject(value) && Object.keys(value).every((key) => Object.hasOwn(members, key)) &&
    Object.entries(members).every(([key, check]) => check(value[key]));
}

/** An object whose values fit; where they carry a name, it is their key. */
function record(check: Check): Check {
  return (value) =>
    isObject(value) && Object.entries(value).every(([key, member]) => {
      const name = (member as { name?: unknown } | null)?.name;
      return key !== "__proto__" && check(member) && (name === undefined || name === key);
    });
}

const column = shape({
  name: text,
  type: text,
  primaryKey: flag,
  notNull: flag,
  autoincrement: flag,
  default: (value) =>
    value === undefined || value === null || ["string", "number", "boolean"].includes(typeof value),
  generated: optional(
    shape({ as: text, type: (value) => value === "virtual" || value === "stored" }),
  ),
});

const ACTIONS = ["no action", "cascade", "restrict", "set null", "set default"];
const action: Check = (value) => ACTIONS.includes(value as string);

const table = shape({
  name: text,
  columns: record(column),
  // A constraint without a name of its own is kept under a made-up key.
  indexes: record(
    shape({ name: optional(text), columns: texts, isUnique: flag, where: optional(text) }),
  ),
  foreignKeys: record(
    shape({
      name: text,
      tableFrom: text,
      tableTo: text,
      columnsFrom: texts,
      columnsTo: texts,
      onDelete: action,
      onUpdate: action,
    }),
  ),
  compositePrimaryKeys: record(shape({ name: text, columns: texts })),
  uniqueConstraints: nothing,
  checkConstraints: record(shape({ name: text, value: text })),
});

const answer = shape({
  snapshot: shape({
    version: (value) => value === "6",
    dialect: (value) => value === "sqlite",
    tables: record(table),
    views: record(
      shape({ name: text, columns: record(column), isExisting: flag, definition: optional(text) }),
    ),
    enums: nothing,
    _meta: shape({ tables: nothing, columns: nothing }),
    internal: shape({
      indexes: record(shape({ columns: record(shape({ isExpression: optional(flag) })) })),
    }),
  }),
  tableNames: texts,
  relations: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
});

/**
 * The answer if it has exactly the shape of a schema, else null. It comes from a realm that the
 * evaluated code shares, so any part of it may be forged; what is forged is then at least a schema.
 */
export function schemaAnswer(value: unknown): SchemaAnswer | null {
  if (!answer(value)) return null;
  const valid = value as SchemaAnswer;
  const names = Object.keys(valid.snapshot.tables);
  return names.length === valid.tableNames.length &&
      valid.tableNames.every((name) => names.includes(name))
    ? valid
    : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
