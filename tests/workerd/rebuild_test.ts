import assert from "node:assert/strict";
import { randomGraph } from "../lib/schema/support/random_graph.ts";
import { seeded, sized } from "../lib/schema/support/sizes.ts";
import { Random } from "../support/random.ts";
import { all, run, withWorkerd } from "./d1.ts";

const SEED = seeded(888);
const GRAPHS = sized(8, 30);

Deno.test({
  name:
    `on workerd no row is lost when tables of ${GRAPHS} random graphs are rebuilt (seed ${SEED})`,
  // The simulator keeps handles of its own until the process ends.
  sanitizeResources: false,
  sanitizeOps: false,
  fn: async () => {
    const random = new Random(SEED);
    await withWorkerd(GRAPHS + 1, async (databases) => {
      for (const [turn, db] of databases.slice(1).entries()) {
        const { names, history, byHand, inserts, statements } = await randomGraph(random);
        await run(db, history);
        await run(db, ["PRAGMA defer_foreign_keys = ON", ...inserts]);
        const before = await all(db, names);
        assert.ok(before.flat().length > 0);
        const where = `graph ${turn}\n${statements.join("\n")}`;
        await run(db, statements).catch((error) => assert.fail(`${error}\n${where}`));
        assert.deepEqual(await all(db, names), before, where);
        const check = await db.prepare("PRAGMA foreign_key_check").all();
        assert.deepEqual(check.results, [], where);
        const { results } = await db.prepare("SELECT name FROM sqlite_schema").all();
        const present = results.map(({ name }) => String(name));
        assert.deepEqual(byHand.filter((name) => !present.includes(name)), [], where);
        assert.deepEqual(present.filter((name) => name.startsWith("__new")), [], where);
      }
      // The measure itself: drizzle-kit's form of a rebuild does lose the children there.
      const [db] = databases;
      await run(db!, [
        "CREATE TABLE p (id integer PRIMARY KEY)",
        "CREATE TABLE c (id integer PRIMARY KEY, p integer REFERENCES p(id) ON DELETE CASCADE)",
        "INSERT INTO p VALUES (1)",
        "INSERT INTO c VALUES (1, 1), (2, 1)",
      ]);
      await run(db!, [
        "PRAGMA foreign_keys=OFF",
        "CREATE TABLE __new_p (id integer PRIMARY KEY, v text)",
        "INSERT INTO __new_p (id) SELECT id FROM p",
        "DROP TABLE p",
        "ALTER TABLE __new_p RENAME TO p",
        "PRAGMA foreign_keys=ON",
      ]);
      assert.deepEqual(await all(db!, ["c"]), [[]]);
    });
  },
});
