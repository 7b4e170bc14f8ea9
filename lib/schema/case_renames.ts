import { type Answers, nameChanges } from "./answers.ts";
import type { SchemaBody } from "./snapshot.ts";

/**
 * Names that differ in the case of their letters only. To SQLite they are one name
 * (ASCII letters only, https://sqlite.org/faq.html#q18), so that such a change can only
 * be a rename: there is nothing to ask, and nothing may be dropped.
 */
export function caseRenames(
  before: Record<string, unknown>,
  now: Record<string, unknown>,
  answered: { from: string; to: string }[],
): { from: string; to: string }[] {
  const { created, deleted } = nameChanges(before, now);
  const free = (name: string) => answered.every(({ from, to }) => name !== from && name !== to);
  return deleted.filter(free).flatMap((from) => {
    const to = created.find((name) => free(name) && sameName(from, name));
    return to === undefined ? [] : [{ from, to }];
  });
}

/** The answers' renames of tables, and those of case that need no answer. */
export function tableRenames(
  prev: SchemaBody,
  cur: SchemaBody,
  { tables }: Answers,
): Answers["tables"] {
  return [...tables, ...caseRenames(prev.tables, cur.tables, tables)];
}

/** The same for columns; `prev` has the renamed tables already. */
export function columnRenames(
  prev: SchemaBody,
  cur: SchemaBody,
  answered: Answers["columns"],
): Answers["columns"] {
  const found = Object.entries(cur.tables).flatMap(([table, { columns }]) => {
    const before = prev.tables[table]?.columns ?? {};
    const own = answered.filter((rename) => rename.table === table);
    return caseRenames(before, columns, own).map((rename) => ({ table, ...rename }));
  });
  return [...answered, ...found];
}

/** Whether SQLite takes two names for one. */
export function sameName(a: string, b: string): boolean {
  return fold(a) === fold(b);
}

/** `RENAME TO`; SQLite refuses a name that it has already, so a change of case goes over a third name. */
export function renameTableSql(from: string, to: string): string[] {
  const steps = sameName(from, to) ? [from, `__renamed_${to}`, to] : [from, to];
  return steps.slice(1).map((name, index) =>
    `ALTER TABLE \`${steps[index]}\` RENAME TO \`${name}\`;`
  );
}

function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
