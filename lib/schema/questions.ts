import { Failure } from "../failure.ts";
import { answerFlags, type Answers, nameChanges, shellWord } from "./answers.ts";
import type { Hint } from "./hints.ts";
import type { SchemaBody, SchemaColumn, SchemaTable } from "./snapshot.ts";

/** A question in the shape of drizzle-kit 1.0's `missing_hints`, with what answers it. */
export interface OpenQuestion {
  type: "rename_or_create";
  kind: "table" | "column";
  /** `["public", table]` or `["public", table, column]`: what is new. */
  entity: string[];
  /** Flags, one of which settles it; the most probable first, "it is new" last. */
  answers: string[];
  /** The same answers for `--hints`. */
  hints: Hint[];
}

/**
 * What the answers leave open: something is new while something of its kind is gone. `prev` has the
 * renames of the answers already. Columns of a table that may be a renamed one come up once that is
 * settled.
 */
export function openQuestions(prev: SchemaBody, cur: SchemaBody, answers: Answers): OpenQuestion[] {
  const questions = open(prev.tables, cur.tables, answers, "", tableLikeness).map((item) =>
    question("table", ["public"], item)
  );
  for (const [table, { columns }] of Object.entries(cur.tables)) {
    const before = prev.tables[table];
    if (!before) continue;
    const items = open(before.columns, columns, answers, `${table}.`, columnLikeness);
    questions.push(...items.map((item) => question("column", ["public", table], item)));
  }
  return questions;
}

/**
 * The refusal that names every open question, how to answer it, and whole commands that answer all of
 * them: first with the most probable renames, then with everything taken as new.
 *
 * @param given the arguments of this run that are to be said again
 */
export function missingHints(
  questions: OpenQuestion[],
  answers: Answers,
  given: string[] = [],
): Failure {
  const names = questions.map(({ kind, entity }) => `${kind} \`${entity.slice(1).join(".")}\``);
  const said = ["edgespark db generate", ...given, ...answerFlags(answers)];
  const taken = new Set<string>();
  const probable = questions.map(({ answers, hints }) => {
    const free = hints.findIndex((hint) =>
      hint.type !== "rename" || !taken.has(JSON.stringify(hint.from))
    );
    const hint = hints[free]!;
    if (hint.type === "rename") taken.add(JSON.stringify(hint.from));
    return answers[free]!;
  });
  const commands = [probable, questions.map(({ answers }) => answers.at(-1)!)]
    .map((flags) => [...said, ...flags].join(" "));
  return new Failure(
    "usage",
    "MISSING_HINTS",
    `Renamed or new? It cannot be told for ${names.join(", ")}`,
    {
      hint: `Answer with \`${commands[0]}\` (renamed, its values are kept) or \`${
        commands[1]
      }\` (new, what is gone is dropped)`,
      details: { status: "missing_hints", unresolved: questions, commands },
    },
  );
}

interface OpenItem {
  name: string;
  /** What it may have been called, the most probable first. */
  from: string[];
}

function open<T>(
  before: Record<string, T>,
  now: Record<string, T>,
  answers: Answers,
  prefix: string,
  likeness: (a: T, b: T) => number,
): OpenItem[] {
  const { created, deleted } = nameChanges(before, now);
  const from = deleted.filter((name) => !answers.drop.has(prefix + name));
  if (from.length === 0) return [];
  return created.filter((name) => !answers.create.has(prefix + name)).map((name) => ({
    name,
    from: from.toSorted((a, b) =>
      likeness(before[b]!, now[name]!) - likeness(before[a]!, now[name]!)
    ),
  }));
}

function question(
  kind: "table" | "column",
  owner: string[],
  { name, from }: OpenItem,
): OpenQuestion {
  const prefix = owner.slice(1).map((table) => `${table}.`).join("");
  const flag = kind === "table" ? "--rename-table" : "--rename";
  return {
    type: "rename_or_create",
    kind,
    entity: [...owner, name],
    answers: [
      ...from.map((old) => `${flag} ${shellWord(`${prefix}${old}:${name}`)}`),
      `--create ${shellWord(prefix + name)}`,
    ],
    hints: [
      ...from.map((old): Hint => ({
        type: "rename",
        kind,
        from: [...owner, old],
        to: [...owner, name],
      })),
      { type: "create", kind, entity: [...owner, name] },
    ],
  };
}

function columnLikeness(a: SchemaColumn, b: SchemaColumn): number {
  const same = [a.type === b.type, a.notNull === b.notNull, a.primaryKey === b.primaryKey];
  return same.filter(Boolean).length;
}

function tableLikeness(a: SchemaTable, b: SchemaTable): number {
  return Object.keys(a.columns).filter((name) => Object.hasOwn(b.columns, name)).length;
}
