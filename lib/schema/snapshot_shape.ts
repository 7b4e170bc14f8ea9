/**
 * The parts of a version-6 snapshot, as drizzle-kit's own reader demands them
 * (drizzle-kit 0.31, `src/serializer/sqliteSchema.ts`). What it does not know is passed over.
 */

type Check = (value: unknown) => boolean;
type Shape = Record<string, Check>;

/** Where a snapshot is not as it must be: the keys that lead there, and why. */
export interface ShapeProblem {
  path: string[];
  reason: string;
}

const text: Check = (value) => typeof value === "string";
const flag: Check = (value) => typeof value === "boolean";
const texts: Check = (value) => Array.isArray(value) && value.every(text);
const optional = (check: Check): Check => (value) => value === undefined || check(value);

const COLUMN: Shape = {
  name: text,
  type: text,
  primaryKey: flag,
  notNull: flag,
  autoincrement: optional(flag),
  generated: optional((value) =>
    isRecord(value) && text(value.as) && (value.type === "stored" || value.type === "virtual")
  ),
};

/** The members of a table, and of each entry in them. */
const TABLE: Record<string, Shape> = {
  columns: COLUMN,
  indexes: { name: text, columns: texts, isUnique: flag, where: optional(text) },
  foreignKeys: {
    name: text,
    tableFrom: text,
    columnsFrom: texts,
    tableTo: text,
    columnsTo: texts,
    onUpdate: optional(text),
    onDelete: optional(text),
  },
  compositePrimaryKeys: { columns: texts, name: optional(text) },
  uniqueConstraints: { name: text, columns: texts },
  checkConstraints: { name: text, value: text },
};

/** The first part of a table that is not as it must be, or null. */
export function tableProblem(table: Record<string, unknown>): ShapeProblem | null {
  if (!text(table.name)) return { path: ["name"], reason: "`name` is not a text" };
  for (const [group, shape] of Object.entries(TABLE)) {
    const problem = groupProblem(group, table[group], shape);
    if (problem) return problem;
  }
  return null;
}

/** The first part of a view that is not as it must be, or null. */
export function viewProblem(view: Record<string, unknown>): ShapeProblem | null {
  const misfit = misfitOf(view, { name: text, isExisting: flag, definition: optional(text) });
  if (misfit !== null) return { path: [misfit], reason: `\`${misfit}\` is missing or wrong` };
  return groupProblem("columns", view.columns, COLUMN);
}

function groupProblem(group: string, value: unknown, shape: Shape): ShapeProblem | null {
  if (!isRecord(value)) return { path: [group], reason: `\`${group}\` is not an object` };
  for (const [key, entry] of Object.entries(value)) {
    const path = [group, key];
    if (!isRecord(entry)) return { path, reason: `\`${key}\` in \`${group}\` is not an object` };
    const misfit = misfitOf(entry, shape);
    if (misfit !== null) {
      const reason = `\`${misfit}\` of \`${key}\` in \`${group}\` is missing or wrong`;
      return { path: misfit in entry ? [...path, misfit] : path, reason };
    }
  }
  return null;
}

function misfitOf(value: Record<string, unknown>, shape: Shape): string | null {
  return Object.keys(shape).find((key) => !shape[key]!(value[key])) ?? null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
