/** Columns that change in place of a rebuild: same rows, same structure, and drizzle-kit agrees. */
import assert from "node:assert/strict";
import { contentOf, replayFiles, structureOf } from "./structure.ts";
import { KIT_GENERATE, world } from "./world.ts";

const SEED = 4711;
const CHANGES = 40;

/** A generator of the same numbers for the same seed (mulberry32). */
function random(seed: number): (below: number) => number {
  return (below) => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor(((t ^ (t >>> 14)) >>> 0) / 2 ** 32 * below);
  };
}

const TYPES = ["text", "numeric", "integer"];
const DEFAULTS = ["", ".default(7)", ".default(0)", ".default(1)", ".default(sql`(1 + 1)`)"];

/** A column that is often the same again: its type and default, and whether it may be empty. */
function column(name: string, pick: (below: number) => number): string {
  const type = TYPES[pick(8) ? 0 : 1 + pick(2)]!;
  const fallback = DEFAULTS[pick(DEFAULTS.length)]!;
  const value = type === "integer" ? fallback : fallback.replace(/\(([701])\)/, '("$1")');
  return `${name}: ${type}("${name}")${value}${pick(3) ? "" : ".notNull()"}`;
}

/** A parent with columns that change, and children and grandchildren. */
function schema(pick: (below: number) => number): string {
  return `
export const parents = sqliteTable("parents", { id: integer("id").primaryKey(), ${
    column("a", pick)
  }, ${column("b", pick)}, c: text("c")${pick(12) ? "" : '.default("x")'} },
  (t) => [index("parents_a").on(t.a, t.id), uniqueIndex("parents_bc").on(t.b, t.c, t.id).where(sql\`\${t.b} is not null\`), check("parents_c", sql\`\${t.c} <> 'never'\`)]);
export const children = sqliteTable("children", { id: integer("id").primaryKey(), parent: integer("parent_id").references(() => parents.id, { onDelete: "cascade" }) });
export const leaves = sqliteTable("leaves", { id: integer("id").primaryKey(), child: integer("child_id").notNull().references(() => children.id, { onDelete: "cascade" }) });
`;
}

const ROWS = `INSERT INTO parents (id, a, b, c) VALUES (1, 1, 2, 3), (2, 4, 5, 6), (3, 7, 8, 9);
INSERT INTO children VALUES (1, 1), (2, 2), (3, NULL); INSERT INTO leaves VALUES (1, 1), (2, 2), (3, 3);`;

Deno.test(`${CHANGES} random changes of columns keep rows and reach the declared structure (seed ${SEED})`, async () => {
  const pick = random(SEED);
  const used = { columns: 0, rebuilds: 0 };
  await using fresh = await world();
  for (let turn = 0; turn < CHANGES; turn++) {
    const first = schema(pick), second = schema(pick);
    await using w = await world(first);
    const db = replayFiles([(await w.generate()).statements]);
    db.exec(ROWS);
    const ids = () => Object.values(contentOf(db)).map((rows) => rows.length);
    const before = ids();
    await w.declare(second);
    const { statements, changed } = await w.generate();
    if (!changed) continue;
    const rebuilds = statements.some((sql) => /CREATE TABLE/.test(sql));
    used[rebuilds ? "rebuilds" : "columns"]++;
    replayFiles([statements], db);
    assert.deepEqual(ids(), before, `turn ${turn}`);
    const values = db.prepare("SELECT a + 0 AS a, b + 0 AS b, c + 0 AS c FROM parents ORDER BY id");
    assert.deepEqual(values.all().map((row) => Object.values(row)), [[1, 2, 3], [4, 5, 6], [
      7,
      8,
      9,
    ]]);
    await fresh.declare(second);
    const { statements: wanted } = await fresh.generate({ dryRun: true });
    assert.deepEqual(
      structureOf(db),
      structureOf(replayFiles([wanted])),
      `turn ${turn}\n${statements.join("\n")}`,
    );
    assert.deepEqual(db.prepare("PRAGMA foreign_key_check").all(), []);
    db.close();
  }
  assert.ok(used.columns > 5 && used.rebuilds > 5, JSON.stringify(used));
});

Deno.test("a default that changes leaves the children of the table alone", async () => {
  const before = `
export const users = sqliteTable("users", { id: integer("id").primaryKey(), role: text("role"), name: text("name") }, (t) => [index("users_role").on(t.role)]);
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), user: integer("user_id").references(() => users.id, { onDelete: "cascade" }) });`;
  await using w = await world(before);
  await w.generate();
  await w.declare(before.replace('text("role")', 'text("role").notNull().default("guest")'));
  const { statements } = await w.generate();
  assert.deepEqual(statements, [
    "ALTER TABLE `users` ADD `__new_role` text DEFAULT 'guest' NOT NULL;",
    'UPDATE `users` SET "__new_role" = "role";',
    "DROP INDEX `users_role`;",
    "ALTER TABLE `users` DROP COLUMN `role`;",
    'ALTER TABLE `users` RENAME COLUMN "__new_role" TO "role";',
    "CREATE INDEX `users_role` ON `users` (`role`);",
  ]);
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
  // A table that nothing refers to is rebuilt: that costs one copy, and keeps the order of columns.
  await w.declare(
    before.replace('text("role")', 'text("role").notNull().default("guest")')
      .replace('integer("user_id")', 'integer("user_id").notNull()'),
  );
  assert.match((await w.generate()).statements.join("\n"), /CREATE TABLE `__new_posts`/);
});
