/** What the SQL guard costs a read of one row by its primary key. */
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

/** How often both sides are timed, turn by turn, and reads in one turn. */
const FULL = { rounds: 41, reads: 4000 };
/** The guard may cost a tenth of the read. */
const GOAL = 1.1;
const people = sqliteTable("people", { id: integer("id").primaryKey(), name: text("name") });

type Binding = ReturnType<typeof guardBinding>;
type Read = (id: number) => Promise<unknown>;

/** The ways of an app to its database. */
const WAYS: Record<string, (db: Binding) => Read> = {
  binding: (db) => (id) => db.prepare("SELECT id, name FROM people WHERE id = ?").bind(id).first(),
  drizzle: (db) => {
    const orm = createDatabase(db, { people }, connect) as DrizzleD1Database;
    return (id) => orm.select().from(people).where(eq(people.id, id)).get();
  },
};

/**
 * `guard-binding`, `guard-drizzle`: the same read with and without the guard, turn by turn in one process,
 * in microseconds for one read; the ratio is the median of the turns' own. `newText` is what judging a text
 * costs that was not seen before, microseconds.
 */
export async function guardRows(size = FULL): Promise<Record<string, unknown>[]> {
  const folder = await Deno.makeTempDir();
  const file = join(folder, "data.sqlite");
  makePeople(file);
  const plain = new LocalD1(file, { wall: true });
  try {
    const newText = rounded(judgeTime(size.reads));
    const rows: Record<string, unknown>[] = [];
    for (const [name, way] of Object.entries(WAYS)) {
      const { ratio, ours, theirs } = await compare(
        way(guardBinding(plain, judgeAppSql)),
        way(plain),
        size,
      );
      rows.push({
        name: `guard-${name}`,
        ours: rounded(ours),
        theirs: rounded(theirs),
        ratio: rounded(ratio),
        goal: GOAL,
        unit: "us",
        runs: size.rounds,
        newText,
        what: {
          ours: `a row by its key through ${name}, guard on`,
          theirs: "the same without the guard",
        },
      });
    }
    return rows;
  } finally {
    plain.close();
    await Deno.remove(folder, { recursive: true });
  }
}

async function compare(ours: Read, theirs: Read, { rounds, reads }: typeof FULL) {
  const round = (read: Read) => timed(read, reads);
  await round(theirs);
  await round(ours);
  const turns: { ours: number; theirs: number }[] = [];
  for (let turn = 0; turn < rounds; turn++) {
    // Who goes first changes, so that neither has the warmer cache.
    const first = turn % 2 === 0 ? await round(theirs) : 0;
    const time = await round(ours);
    turns.push({ ours: time, theirs: first || await round(theirs) });
  }
  return {
    ratio: median(turns.map((turn) => turn.ours / turn.theirs)),
    ours: median(turns.map((turn) => turn.ours)),
    theirs: median(turns.map((turn) => turn.theirs)),
  };
}

function makePeople(file: string): void {
  const maker = new DatabaseSync(file);
  maker.exec(
    `CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT);
    WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 10000)
    INSERT INTO people SELECT x, 'Person ' || x FROM n`,
  );
  maker.close();
}

/** Microseconds for one new text. */
function judgeTime(reads: number): number {
  const start = performance.now();
  for (let turn = 0; turn < reads; turn++) {
    judgeAppSql(`SELECT id, name FROM people WHERE id = ${turn}`);
  }
  return (performance.now() - start) * 1000 / reads;
}

/** Microseconds for one read. */
async function timed(read: Read, reads: number): Promise<number> {
  const start = performance.now();
  for (let turn = 0; turn < reads; turn++) await read(1 + (turn * 7919) % 10000);
  return (performance.now() - start) * 1000 / reads;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
