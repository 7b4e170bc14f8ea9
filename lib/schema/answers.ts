import { Failure } from "../failure.ts";
import { suggest } from "../suggest.ts";
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

/** A question in the shape of drizzle-kit 1.0's `missing_hints`, with the flags that answer it. */
export interface OpenQuestion {
  type: "rename_or_create";
  kind: "table" | "column";
  /** `["public", table]` or `["public", table, column]`: what is new. */
  entity: string[];
  /** Flags, one of which settles it. */
  answers: string[];
}

/**
 * Reads the flags.
 *
 * @throws Failure ANSWER_INVALID (usage)
 */
export function parseAnswers(flags: AnswerFlags): Answers {
  return {
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
}

/** Which names two schemas do not share. */
export function nameChanges(prev: Record<string, unknown>, cur: Record<string, unknown>) {
  return {
    created: Object.keys(cur).filter((name) => !Object.hasOwn(prev, name)),
    deleted: Object.keys(prev).filter((name) => !Object.hasOwn(cur, name)),
  };
}

/**
 * What the answers leave open: something is new while something of its kind is gone. `prev` has the
 * renames of the answers already. Column questions wait until the tables are settled.
 */
export function openQuestions(prev: SchemaBody, cur: SchemaBody, answers: Answers): OpenQuestion[] {
  const tables = open(nameChanges(prev.tables, cur.tables), answers, "").map((
    question,
  ): OpenQuestion => ({
    type: "rename_or_create",
    kind: "table",
    entity: ["public", question.name],
    answers: [
      ...question.from.map((from) => `--rename-table ${from}:${question.name}`),
      `--create ${question.name}`,
    ],
  }));
  if (tables.length > 0) return tables;
  return Object.keys(cur.tables).flatMap((table) => {
    const before = prev.tables[table];
    if (!before) return [];
    return open(nameChanges(before.columns, cur.tables[table]!.columns), answers, `${table}.`)
      .map((question): OpenQuestion => ({
        type: "rename_or_create",
        kind: "column",
        entity: ["public", table, question.name],
        answers: [
          ...question.from.map((from) => `--rename ${table}.${from}:${question.name}`),
          `--create ${table}.${question.name}`,
        ],
      }));
  });
}

/** The refusal that names every open question and how to answer it. */
export function missingHints(questions: OpenQuestion[]): Failure {
  const words = questions.map(({ kind, entity }) => `${kind} \`${entity.slice(1).join(".")}\``)
    .join(", ");
  return new Failure("usage", "MISSING_HINTS", `Renamed or new? It cannot be told for ${words}`, {
    hint: `Answer each one: ${
      questions.map(({ answers }) => answers.map((answer) => `\`${answer}\``).join(" or ")).join(
        "; ",
      )
    }`,
    details: { status: "missing_hints", unresolved: questions },
  });
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
  const wrong = !changes.deleted.includes(from)
    ? { name: from, why: "is not gone from the schema", known: changes.deleted }
    : !changes.created.includes(to)
    ? { name: to, why: "is not new in the schema", known: changes.created }
    : null;
  if (!wrong) return;
  const near = suggest(wrong.name, wrong.known);
  throw new Failure("usage", "ANSWER_UNKNOWN", `\`${flag}\`: \`${wrong.name}\` ${wrong.why}`, {
    hint: near
      ? `Did you mean \`${near}\`?`
      : wrong.known.length > 0
      ? `Possible here: ${wrong.known.map((name) => `\`${name}\``).join(", ")}`
      : "Leave the flag out: there is nothing to rename here",
  });
}

function open(
  { created, deleted }: { created: string[]; deleted: string[] },
  answers: Answers,
  prefix: string,
): { name: string; from: string[] }[] {
  const from = deleted.filter((name) => !answers.drop.has(prefix + name));
  if (from.length === 0) return [];
  return created.filter((name) => !answers.create.has(prefix + name)).map((name) => ({
    name,
    from,
  }));
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
