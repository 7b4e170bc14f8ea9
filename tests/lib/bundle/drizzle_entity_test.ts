import assert from "node:assert/strict";
import { join } from "@std/path";
import * as entity from "drizzle-orm";
import * as sqlite from "drizzle-orm/sqlite-core";
import { rememberEntities } from "../../../lib/bundle/drizzle_entity.ts";
import { ROOT } from "../../../scripts/esbuild_options.ts";

const ENTITY = join(ROOT, "node_modules", "drizzle-orm", "entity.js");

type Is = (value: unknown, type: unknown) => boolean;

async function remembering(): Promise<Is> {
  const text = rememberEntities(await Deno.readTextFile(ENTITY));
  assert.ok(text, "drizzle-orm's `entity.js` is another one: read what has changed");
  return (await import(`data:text/javascript;base64,${btoa(text)}`)).is;
}

/** What happens, whether it is an answer or an error. */
function outcome(is: Is, value: unknown, type: unknown): string {
  try {
    return String(is(value, type));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

Deno.test("drizzle's `is` remembers and answers as before, every value against every class, twice", async () => {
  const is = await remembering();
  const users = sqlite.sqliteTable("users", {
    id: sqlite.integer("id").primaryKey(),
    name: sqlite.text("name"),
    at: sqlite.integer("at", { mode: "timestamp" }),
    bytes: sqlite.blob("bytes"),
  });
  const query = entity.sql`select ${users.id}, ${entity.sql.placeholder("x")}, ${1}`;
  /** A class of another copy of drizzle: known by its name only. */
  class Foreign {
    static readonly [entity.entityKind]: string = "SQL";
  }
  class ForeignColumn extends Foreign {
    static override readonly [entity.entityKind]: string = "SQLiteInteger";
  }
  class Stranger {}
  const values: unknown[] = [
    ...[undefined, null, 0, 1, "", "text", true, Symbol("x"), 10n, () => {}, [], {}, new Date()],
    ...[Object.create(null), new Map(), new Stranger(), new Foreign(), new ForeignColumn()],
    ...[users, ...Object.values(users), query, ...query.queryChunks, entity.eq(users.id, 1)],
    ...[query.as("q"), entity.sql.identifier("x"), sqlite.alias(users, "u"), new Proxy(users, {})],
    ...[sqlite.sqliteView("v").as((qb) => qb.select().from(users)), sqlite.index("i").on(users.id)],
    ...[entity.relations(users, () => ({})), sqlite.alias(users, "u").id],
    new Proxy(users.id, { getPrototypeOf: () => Stranger.prototype }),
  ];
  const types: unknown[] = [
    ...[...Object.values(entity), ...Object.values(sqlite)].filter((one) =>
      typeof one === "function" && Object.hasOwn(one, entity.entityKind)
    ),
    ...[Foreign, ForeignColumn, Stranger, Date, undefined, {}],
  ];
  assert.ok(types.length > 80);
  let yes = 0;
  for (const turn of ["first", "second"]) {
    for (const [row, value] of values.entries()) {
      for (const type of types) {
        const expected = outcome(entity.is as Is, value, type);
        yes += Number(expected === "true");
        assert.equal(outcome(is, value, type), expected, `${turn}: value ${row}, ${String(type)}`);
      }
    }
  }
  assert.ok(yes > 100);
});

Deno.test("another text of drizzle's is left alone", () => {
  assert.equal(rememberEntities("export function is() { return true; }"), null);
});
