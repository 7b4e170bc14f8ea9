import type { DatabaseSync } from "node:sqlite";
import type { Kit, SchemaDiff } from "./diff.ts";
import { type Repair, viewsAnew, withActions, withoutViews } from "./kit_corrections.ts";
import { rearrange, run } from "./rearrange.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * drizzle-kit's statements in an order and a form that lose nothing. Without a table rebuild they stay
 * exactly as they are, as long as they run where tables have rows. Its rebuild empties every table
 * that refers to the rebuilt one when it runs inside a transaction, as on D1; `columnOperations` or
 * `rebuildStatements` take its place.
 *
 * @param openShadow a shadow with the history replayed
 * @throws Failure REBUILD_IMPOSSIBLE (failed)
 */
export async function composeStatements(
  kit: Kit,
  diff: SchemaDiff,
  cur: Snapshot,
  openShadow: () => Promise<DatabaseSync>,
  repair: Repair = { tables: new Set(), views: new Set() },
): Promise<string[]> {
  // Where nothing was there before, nothing is rebuilt and nothing goes.
  if (Object.keys(diff.prev.tables).length + Object.keys(diff.prev.views).length === 0) {
    return diff.statements;
  }
  const kept = withoutViews({ ...diff, statements: withActions(diff.statements, cur) }, repair);
  const views = await viewsAnew(kit, cur, repair);
  const withoutThem = async () => {
    const db = await openShadow();
    run(db, views.drop);
    db.exec("PRAGMA foreign_keys = ON");
    return db;
  };
  const statements = await rearrange(kit, kept, cur, repair, withoutThem);
  return [...views.drop, ...statements, ...views.create];
}
