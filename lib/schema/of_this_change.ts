import type { DatabaseSync } from "node:sqlite";
import { differingAspects, tableAspects, viewAspects } from "./aspects.ts";
import { classify } from "./classify.ts";
import type { Kit, SchemaDiff } from "./diff.ts";
import type { Snapshot } from "./snapshot.ts";
import { splitStatements } from "./statements.ts";
import { declaredAspects, REFUSED, type Shortfall } from "./target.ts";

/**
 * The shortfalls without what the change has nothing to do with: parts that the declaration leaves as they
 * were, and the database has as it had them. A history that was edited by hand has such.
 */
export async function ofThisChange(
  kit: Kit,
  diff: SchemaDiff,
  cur: Snapshot,
  missing: Shortfall[],
  statements: string[],
  openShadow: () => Promise<DatabaseSync>,
): Promise<Shortfall[]> {
  const names = (type: Shortfall["type"]) =>
    missing.filter((one) => one.type === type).map(({ name }) => name);
  const declared = (schema: Snapshot) =>
    declaredAspects(kit, schema, names("table"), names("view"));
  const [old, now] = [await declared(diff.prev), await declared(cur)];
  const [before, after] = [await openShadow(), await openShadow()];
  try {
    run(before, diff.statements.filter(isRename));
    run(after, statements);
    return missing.flatMap(({ type, name, parts }) => {
      const look = type === "table" ? tableAspects : viewAspects;
      const changed = new Set([
        ...differingAspects(look(before, name), look(after, name)),
        ...differingAspects(
          old.aspects.get(`${type} ${name}`) ?? new Map(),
          now.aspects.get(`${type} ${name}`) ?? new Map(),
        ),
      ]);
      const own = parts.filter((part) => changed.has(part) || part.startsWith(REFUSED));
      return own.length > 0 ? [{ type, name, parts: own }] : [];
    });
  } finally {
    before.close();
    after.close();
  }
}

function run(db: DatabaseSync, statements: string[]): void {
  db.exec("PRAGMA foreign_keys = OFF");
  for (const text of statements) db.exec(text);
}

function isRename(text: string): boolean {
  const [one] = splitStatements(text);
  const { verb, target } = classify(one!);
  return verb === "ALTER TABLE RENAME COLUMN" ||
    (verb === "ALTER TABLE RENAME TO" && !target!.startsWith("__new_"));
}
