import { classify } from "./classify.ts";
import type { Kit, SchemaDiff } from "./diff.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot.ts";
import { splitStatements } from "./statements.ts";

/** What drizzle-kit's statements do not bring about, to be made as it is declared. */
export interface Repair {
  /** Tables that are rebuilt, whatever drizzle-kit says. */
  tables: Set<string>;
  /** Views that are made anew, or dropped where none is declared. */
  views: Set<string>;
}

/**
 * A column that drizzle-kit adds refers to another table without the actions that are declared, which a
 * column can have (https://sqlite.org/lang_altertable.html#altertabaddcol).
 */
export function withActions(statements: string[], cur: Snapshot): string[] {
  return statements.map((text) => {
    const added = /^ALTER TABLE `([^`]+)` ADD `([^`]+)` [^]* REFERENCES [^]*\);$/.exec(text);
    const keys = Object.values(cur.tables[added?.[1] ?? ""]?.foreignKeys ?? {});
    const key = keys.find(({ columnsFrom }) => columnsFrom.join() === added?.[2]);
    const action = (when: string, name: string | undefined) =>
      name && name !== "no action" ? ` ON ${when} ${name}` : "";
    if (!key) return text;
    return `${text.slice(0, -1)}${action("UPDATE", key.onUpdate)}${
      action("DELETE", key.onDelete)
    };`;
  });
}

/** The statements without those about views that are made anew. */
export function withoutViews(diff: SchemaDiff, { views }: Repair): SchemaDiff {
  if (views.size === 0) return diff;
  const isKept = (text: string) => {
    const { verb, target } = classify(splitStatements(text)[0]!);
    return !(["CREATE VIEW", "DROP VIEW"].includes(verb) && views.has(target!));
  };
  return { ...diff, statements: diff.statements.filter(isKept) };
}

/** What drops views, and makes those that are declared. */
export async function viewsAnew(
  kit: Kit,
  cur: Snapshot,
  { views }: Repair,
): Promise<{ drop: string[]; create: string[] }> {
  if (views.size === 0) return { drop: [], create: [] };
  const declared = Object.entries(cur.views).filter(([name]) => views.has(name));
  const only = { ...cur, tables: {}, views: Object.fromEntries(declared) };
  return {
    drop: [...views].map((name) => `DROP VIEW IF EXISTS \`${name}\`;`),
    create: await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, only),
  };
}
