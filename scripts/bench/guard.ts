/**
 * What the SQL guard costs: `deno run -A scripts/bench/guard.ts`. The same read of one row by its primary
 * key with and without the guard, turn by turn in one process; also what judging a new text costs. One
 * JSON line; times in microseconds for one read, `cost` as a share of the read.
 */
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { eq } from "drizzle-orm";
import type { DrizzleD1Database } from "drizzle-orm/d1";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { LocalD1 } from "../../lib/platform/local/app/d1.ts";
import { createDatabase } from "../../lib/runtime/db.ts";
import { connect } from "../../lib/runtime/drizzle.ts";
import { judgeAppSql } from "../../lib/runtime/judge.ts";
import { guardBinding } from "../../lib/runtime/sql_guard.ts";

const ROUNDS = 41;
const READS = 4000;
const people = sqliteTable("people", { id: integer("id").primaryKey(), name: text("name") });

const folder = await Deno.makeTempDir();
const file = join(folder, "data.sqlite");
const maker = new DatabaseSync(file);
maker.exec(
  `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
  WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10000)
  INSERT INTO people SELECT x, 'Person ' || x FROM n`,
);
maker.close();
const plain = new LocalD1(file, { wall: true });
const guarded = guardBinding(plain, judgeAppSql);

const ways = {
  binding: (db: typeof guarded) => (id: number) =>
    db.prepare("SELECT id, name FROM people WHERE id = ?").bind(id).first(),
  drizzle: (db: typeof guarded) => {
    const orm = createDatabase(db, { people }, connect) as DrizzleD1Database;
    return (id: number) => orm.select().from(people).where(eq(people.id, id)).get();
  },
};

for (const [name, way] of Object.entries(ways)) {
  const without = way(plain), withGuard = way(guarded);
  await round(without);
  await round(withGuard);
  const shares: number[] = [], times: [number, number][] = [];
  for (let turn = 0; turn < ROUNDS; turn++) {
    // Who goes first changes, so that neither has the warmer cache.
    const first = turn % 2 === 0 ? await round(without) : 0;
    const guard = await round(withGuard);
    const bare = first || await round(without);
    shares.push(guard / bare - 1);
    times.push([bare, guard]);
  }
  console.log(JSON.stringify({
    row: `guard-${name}`,
    goal: 0.1,
    cost: rounded(median(shares)),
    read: rounded(median(times.map(([bare]) => bare))),
    guarded: rounded(median(times.map(([, guard]) => guard))),
  }));
}
const start = performance.now();
for (let turn = 0; turn < READS; turn++) {
  judgeAppSql(`SELECT id, name FROM people WHERE id = ${turn}`);
}
const judged = (performance.now() - start) * 1000 / READS;
console.log(JSON.stringify({ row: "guard-new-text", judged: rounded(judged) }));
plain.close();
await Deno.remove(folder, { recursive: true });

async function round(read: (id: number) => Promise<unknown>): Promise<number> {
  const start = performance.now();
  for (let turn = 0; turn < READS; turn++) await read(1 + (turn * 7919) % 10000);
  return (performance.now() - start) * 1000 / READS;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
