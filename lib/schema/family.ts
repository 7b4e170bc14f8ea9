import type { DatabaseSync } from "node:sqlite";
import { Failure } from "../failure.ts";
import { appTables, columnsOf, foreignKeysOf } from "./shadow.ts";

/** Tables that must be rebuilt together, and what stands in the way of dropping the old ones. */
export interface Family {
  /** Parents before children, as far as there are no cycles. */
  tables: string[];
  /** References of old rows to empty before the drops: only `RESTRICT` inside a cycle needs it. */
  unlink: { table: string; columns: string[] }[];
  /** Different tables refer to each other in a circle. */
  cyclic: boolean;
}

/**
 * The tables whose rows a rebuild of `seeds` would touch: SQLite deletes all rows of a table that is
 * dropped, which cascades to every table that refers to it, inside D1's transaction in spite of all
 * pragmas. Rebuilt together and dropped children first, none of them loses a row.
 *
 * @throws Failure REBUILD_IMPOSSIBLE (failed)
 */
export function familyOf(db: DatabaseSync, seeds: string[]): Family {
  const all = appTables(db);
  const edges = all.flatMap((child) =>
    foreignKeysOf(db, child).map((key) => ({
      child,
      parent: all.find((table) => table.toLowerCase() === key.parent.toLowerCase()) ?? key.parent,
      columns: key.columns.map(({ from }) => from),
      restrict: key.onDelete.toUpperCase() === "RESTRICT",
    }))
  );
  const members = new Set(
    all.filter((table) => seeds.some((seed) => seed.toLowerCase() === table.toLowerCase())),
  );
  for (let size = 0; size < members.size;) {
    size = members.size;
    for (const { child, parent } of edges) if (members.has(parent)) members.add(child);
  }
  const tables: string[] = [];
  const visiting = new Set<string>();
  const visit = (table: string) => {
    if (visiting.has(table)) return;
    visiting.add(table);
    for (const { child, parent } of edges) {
      if (child === table && members.has(parent)) visit(parent);
    }
    tables.push(table);
  };
  for (const table of all) if (members.has(table)) visit(table);
  // Dropped in reverse order: a parent that goes before its child must not be held by it.
  const held = edges.filter(({ child, parent, restrict }) =>
    restrict && members.has(child) && members.has(parent) &&
    tables.indexOf(child) <= tables.indexOf(parent)
  );
  for (const { child, columns } of held) {
    const fixed = columnsOf(db, child).filter(({ name, notNull, key }) =>
      columns.includes(name) && (notNull || key > 0)
    );
    if (fixed.length === 0) continue;
    throw new Failure(
      "failed",
      "REBUILD_IMPOSSIBLE",
      `\`${child}.${
        fixed[0]!.name
      }\` may not be empty and restricts a cycle of tables: they cannot be rebuilt without losing rows`,
      {
        hint: 'Change the reference to `onDelete: "no action"` in a schema change of its own',
        details: { tables },
      },
    );
  }
  const cyclic = edges.some(({ child, parent }) =>
    members.has(child) && members.has(parent) && tables.indexOf(child) < tables.indexOf(parent)
  );
  return { tables, unlink: held.map(({ child, columns }) => ({ table: child, columns })), cyclic };
}
