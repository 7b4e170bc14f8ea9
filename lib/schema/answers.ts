import { Failure } from "../failure.ts";
import { suggest } from "../suggest.ts";
import type { Hint } from "./hints.ts";
import type { SchemaBody } from "./snapshot.ts";

/** Answers to "renamed, or dropped and created?", as they come from flags. */
export interface AnswerFlags {
  /** `table.column:new_name` */
  rename?: string[];
  /** `table:new_name` */
  renameTable?: string[];
  /** `table` or `table.column`: it is really gone. */
  drop?: string[];
  /** `table` or `table.column`: it is really new. */
  create?: string[];
  /** The same answers in the form of drizzle-kit 1.0. */
  hints?: Hint[];
}

/** A rename of this migration. Columns are written `table.column`, with the table's new name. */
export interface Rename {
  kind: "table" | "column";
  from: string;
  to: string;
}

/** The answers, understood. */
export interface Answers {
  tables: { from: string; to: string }[];
  columns: { table: string; from: string; to: string }[];
  drop: Set<string>;
  create: Set<string>;
}

/**
 * Reads the flags and hints.
 *
 * @throws Failure ANSWER_INVALID (usage)
 */
export function parseAnswers(flags: AnswerFlags): Answers {
  const answers: Answers = {
    tables: (flags.renameTable ?? []).map((text) => {
      const [, from, to] = /^([^:]+):([^:]+)$/.exec(text) ??
        refuse("--rename-table", text, "old:new");
      return { from: from!, to: to! };
    }),
    columns: (flags.rename ?? []).map((text) => {
      const [, table, from, to] = /^([^:.]+)\.([^:]+):([^:]+)$/.exec(text) ??
        refuse("--rename", text, "table.column:new_name");
      return {
        table: table!,
        from: from!,
        to: to!.startsWith(`${table}.`) ? to!.slice(table!.length + 1) : to!,
      };
    }),
    drop: new Set(flags.drop),
    create: new Set(flags.create),
  };
  for (const hint of flags.hints ?? []) addHint(answers, hint);
  return answers;
}

/** The flags that say the same again. */
export function answerFlags({ tables, columns, drop, create }: Answers): string[] {
  return [
    ...tables.map(({ from, to }) => `--rename-table ${shellWord(`${from}:${to}`)}`),
    ...columns.map(({ table, from, to }) => `--rename ${shellWord(`${table}.${from}:${to}`)}`),
    ...Array.from(drop, (name) => `--drop ${shellWord(name)}`),
    ...Array.from(create, (name) => `--create ${shellWord(name)}`),
  ];
}

/** The same for drizzle-kit 1.0. */
export function answerHints({ tables, columns, drop, create }: Answers): Hint[] {
  const about = (name: string): Pick<Hint & { type: "create" }, "kind" | "entity"> => {
    const [table, ...column] = name.split(".");
    return column.length === 0
      ? { kind: "table", entity: ["public", table!] }
      : { kind: "column", entity: ["public", table!, column.join(".")] };
  };
  return [
    ...tables.map(({ from, to }): Hint => ({
      ...{ type: "rename", kind: "table" },
      ...{ from: ["public", from], to: ["public", to] },
    })),
    ...columns.map(({ table, from, to }): Hint => ({
      ...{ type: "rename", kind: "column" },
      ...{ from: ["public", table, from], to: ["public", table, to] },
    })),
    ...Array.from(drop, (name): Hint => ({ type: "confirm_data_loss", ...about(name) })),
    ...Array.from(create, (name): Hint => ({ type: "create", ...about(name) })),
  ];
}

/** An argument as a shell takes it literally. */
export function shellWord(text: string): string {
  return /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** Which names two schemas do not share. */
export function nameChanges(prev: Record<string, unknown>, cur: Record<string, unknown>) {
  return {
    created: Object.keys(cur).filter((name) => !Object.hasOwn(prev, name)),
    deleted: Object.keys(prev).filter((name) => !Object.hasOwn(cur, name)),
  };
}

/**
 * Checks that a rename leads from something that is gone to something that is new.
 *
 * @throws Failure ANSWER_UNKNOWN (usage)
 */
export function checkRename(
  flag: string,
  from: string,
  to: string,
  changes: { created: string[]; deleted: string[] },
): void {
  if (!changes.deleted.includes(from)) {
    throw unknown(flag, from, "is not gone from the schema", changes.deleted);
  }
  if (!changes.created.includes(to)) {
    throw unknown(flag, to, "is not new in the schema", changes.created);
  }
}

/**
 * Checks that what is said to be gone is gone, and what is said to be new is new.
 *
 * @param prev with the renames in it
 * @throws Failure ANSWER_UNKNOWN (usage)
 */
export function checkAnswers(prev: SchemaBody, cur: SchemaBody, answers: Answers): void {
  const { created, deleted } = allChanges(prev, cur);
  for (const name of answers.drop) {
    if (!deleted.includes(name)) {
      throw unknown(`--drop ${name}`, name, "is not gone from the schema", deleted);
    }
  }
  for (const name of answers.create) {
    if (!created.includes(name)) {
      throw unknown(`--create ${name}`, name, "is not new in the schema", created);
    }
  }
}

/** Tables and `table.column`s that only one of two schemas has. */
function allChanges(prev: SchemaBody, cur: SchemaBody): { created: string[]; deleted: string[] } {
  const { created, deleted } = nameChanges(prev.tables, cur.tables);
  for (const [name, table] of Object.entries(cur.tables)) {
    const before = prev.tables[name];
    if (!before) continue;
    const columns = nameChanges(before.columns, table.columns);
    created.push(...columns.created.map((column) => `${name}.${column}`));
    deleted.push(...columns.deleted.map((column) => `${name}.${column}`));
  }
  return { created, deleted };
}

function addHint(answers: Answers, hint: Hint): void {
  const name = (entity: string[]) => entity.slice(1).join(".");
  if (hint.kind === "view" || hint.kind === "add_not_null") return;
  if (hint.type === "create") answers.create.add(name(hint.entity));
  else if (hint.type === "confirm_data_loss") answers.drop.add(name(hint.entity));
  else if (hint.kind === "table") answers.tables.push({ from: hint.from[1]!, to: hint.to[1]! });
  else answers.columns.push({ table: hint.to[1]!, from: hint.from[2]!, to: hint.to[2]! });
}

function unknown(flag: string, name: string, why: string, known: string[]): Failure {
  const near = suggest(name, known);
  return new Failure("usage", "ANSWER_UNKNOWN", `\`${flag}\`: \`${name}\` ${why}`, {
    hint: near
      ? `Did you mean \`${near}\`?`
      : known.length > 0
      ? `Possible here: ${known.map((one) => `\`${one}\``).join(", ")}`
      : "Leave the flag out: there is nothing of this kind here",
  });
}

function refuse(flag: string, text: string, form: string): never {
  throw new Failure(
    "usage",
    "ANSWER_INVALID",
    `\`${flag} ${text}\` is not of the form \`${form}\``,
    {
      hint: `Write \`${flag} ${form}\``,
    },
  );
}
