import assert from "node:assert/strict";
import { readChain } from "../../../lib/schema/chain.ts";
import { Failure } from "../../../lib/failure.ts";
import { KIT_GENERATE, type World, world } from "./world.ts";

const JOURNAL = "server/drizzle/meta/_journal.json";

/** Four migrations: tables a, b, c and a column of c. */
async function history(): Promise<World> {
  const w = await world();
  let schema = "";
  for (const name of ["a", "b", "c"]) {
    schema +=
      `export const ${name} = sqliteTable("${name}", { id: integer("id").primaryKey() });\n`;
    await w.declare(schema);
    await w.generate({ name });
  }
  await w.declare(schema.replace(/(sqliteTable\("c", \{)/, '$1 x: text("x"),'));
  await w.generate({ name: "x" });
  return w;
}

async function codes(w: World): Promise<string[]> {
  const { findings } = await readChain(w.system, w.project);
  return findings.map(({ code, severity, file }) =>
    `${severity} ${code} ${file?.split("/").at(-1)}`
  );
}

async function journal(
  w: World,
  change: (entries: { idx: number; tag: string; when: number }[]) => void,
): Promise<void> {
  const value = JSON.parse(await w.text(JOURNAL));
  change(value.entries);
  await w.write(JOURNAL, JSON.stringify(value, null, 2));
}

Deno.test("a chain as drizzle-kit writes it has no finding", async () => {
  await using w = await history();
  const chain = await readChain(w.system, w.project);
  assert.deepEqual(chain.findings, []);
  assert.deepEqual(chain.migrations.map(({ tag, idx, file }) => [tag, idx, file])[3], [
    "0003_x",
    3,
    "server/drizzle/0003_x.sql",
  ]);
  assert.equal(chain.migrations[3]!.snapshot?.id, chain.latest.id);
  assert.match(chain.migrations[0]!.hash!, /^[0-9a-f]{64}$/);
});

Deno.test("a project without migrations has an empty chain", async () => {
  await using w = await world();
  const chain = await readChain(w.system, w.project);
  assert.deepEqual([chain.migrations, chain.findings, Object.keys(chain.latest.tables)], [
    [],
    [],
    [],
  ]);
});

Deno.test("odd chains are tolerated and reported one by one", async () => {
  const cases: [string, (w: World) => Promise<void>, string[]][] = [
    ["a repeated entry with an older when", (w) =>
      journal(w, (entries) => {
        entries.splice(2, 0, { ...entries[1]!, when: entries[1]!.when - 5 });
      }), ["warning JOURNAL_REPEATED _journal.json"]],
    ["a missing snapshot", async (w) => {
      await Deno.remove(`${w.project.migrations}/meta/0003_snapshot.json`);
    }, ["warning SNAPSHOT_MISSING 0003_snapshot.json"]],
    [
      "a when out of order",
      (w) => journal(w, (entries) => void (entries[2]!.when = entries[0]!.when)),
      ["warning JOURNAL_ORDER _journal.json"],
    ],
    ["a gap", (w) => journal(w, (entries) => void (entries[3]!.idx = 7)), [
      "warning JOURNAL_INDEX _journal.json",
    ]],
    ["a missing file", async (w) => {
      await Deno.remove(`${w.project.migrations}/0001_b.sql`);
    }, ["error MIGRATION_MISSING 0001_b.sql"]],
    ["a file that no entry names", (w) => w.write("server/drizzle/0009_stray.sql", "SELECT 1"), [
      "error MIGRATION_UNLISTED 0009_stray.sql",
    ]],
    ["an empty file", (w) => w.write("server/drizzle/0001_b.sql", "-- later\n"), [
      "info MIGRATION_EMPTY 0001_b.sql",
    ]],
    ["a snapshot with a stranger as parent", async (w) => {
      const path = "server/drizzle/meta/0002_snapshot.json";
      await w.write(path, (await w.text(path)).replace(/"prevId": "[^"]+"/, '"prevId": "else"'));
    }, ["warning SNAPSHOT_PARENT 0002_snapshot.json"]],
    ["two snapshots with one parent", async (w) => {
      const { prevId } = JSON.parse(await w.text("server/drizzle/meta/0002_snapshot.json"));
      const path = "server/drizzle/meta/0003_snapshot.json";
      await w.write(
        path,
        (await w.text(path)).replace(/"prevId": "[^"]+"/, `"prevId": "${prevId}"`),
      );
    }, ["error SNAPSHOT_COLLISION 0003_snapshot.json"]],
  ];
  for (const [name, change, expected] of cases) {
    await using w = await history();
    await change(w);
    assert.deepEqual(await codes(w), expected, name);
  }
});

Deno.test("a repeated entry, a hand-written no-op and a missing snapshot do not hinder generate", async () => {
  await using w = await history();
  const noop = "0004_noop", hand = "0005_hand";
  await w.write(`server/drizzle/${noop}.sql`, "-- nothing to do\nSELECT 1;\n");
  await w.write(`server/drizzle/${hand}.sql`, "CREATE TABLE h (id integer);");
  await journal(w, (entries) => {
    const when = entries.at(-1)!.when;
    entries.push({ ...entries[0]!, idx: 4, tag: noop, when: when + 10 }, {
      ...entries[0]!,
      idx: 4,
      tag: noop,
      when: when + 5,
    }, { ...entries[0]!, idx: 5, tag: hand, when: when + 20 });
  });
  assert.deepEqual(await codes(w), [
    "warning JOURNAL_REPEATED _journal.json",
    "warning SNAPSHOT_MISSING 0004_snapshot.json",
    "warning SNAPSHOT_MISSING 0005_snapshot.json",
  ]);
  assert.equal((await w.generate()).changed, false);
  assert.match((await w.kit(...KIT_GENERATE)).out, /No schema changes/);
  await w.declare(`export const a = sqliteTable("a", { id: integer("id").primaryKey() });
export const b = sqliteTable("b", { id: integer("id").primaryKey() });
export const c = sqliteTable("c", { x: text("x"), id: integer("id").primaryKey(), y: text("y") });`);
  const { tag, statements } = await w.generate({ name: "y" });
  assert.deepEqual([tag, statements], ["0006_y", ["ALTER TABLE `c` ADD `y` text;"]]);
});

Deno.test("merged branches are refused by generate, and nothing is written", async () => {
  await using w = await history();
  const { prevId } = JSON.parse(await w.text("server/drizzle/meta/0002_snapshot.json"));
  const path = "server/drizzle/meta/0003_snapshot.json";
  await w.write(path, (await w.text(path)).replace(/"prevId": "[^"]+"/, `"prevId": "${prevId}"`));
  const files = await w.migrationFiles();
  await w.declare(`export const z = sqliteTable("z", { id: integer("id").primaryKey() });`);
  await assert.rejects(w.generate(), { code: "SNAPSHOT_COLLISION", kind: "failed" });
  assert.deepEqual(await w.migrationFiles(), files);
});

Deno.test("what cannot be read at all is a config failure with its place", async () => {
  const cases: [string, string, string, Record<string, unknown>][] = [
    [JOURNAL, '{\n  "version": "7",\n  "dialect" "sqlite"\n}', "JSON_INVALID", {
      line: 3,
      column: 13,
    }],
    [JOURNAL, '{ "entries": [', "JSON_INVALID", { line: 1, column: 15 }],
    [JOURNAL, '{ "version": "7", "dialect": "sqlite" }', "JOURNAL_INVALID", { line: 1 }],
    [JOURNAL, '{ "version": "7",\n"dialect": "postgresql", "entries": [] }', "JOURNAL_DIALECT", {
      line: 2,
    }],
    [
      JOURNAL,
      '{ "dialect": "sqlite", "entries": [{ "idx": 0, "when": 1, "tag": "a" },\n{ "idx": 0, "when": 1,\n"tag": "../../x" }] }',
      "JOURNAL_INVALID",
      { line: 3 },
    ],
    ["server/drizzle/meta/0001_snapshot.json", '{\n\t"id": "a\n"}', "JSON_INVALID", {
      line: 2,
      column: 8,
    }],
    ["server/drizzle/meta/0001_snapshot.json", '{\n"version": "5" }', "SNAPSHOT_VERSION", {
      line: 2,
    }],
    [
      "server/drizzle/meta/0001_snapshot.json",
      '{ "version": "6", "id": "a", "prevId": "b",\n\n"tables": [] }',
      "SNAPSHOT_INVALID",
      { line: 3 },
    ],
    [
      "server/drizzle/meta/0001_snapshot.json",
      '{ "version": "6", "id": "a", "prevId": "b", "tables": { "t": { "name": "t",\n"columns": {\n"id": { "name": "id", "type": "integer", "primaryKey": true,\n"notNull": "yes" } } } } }',
      "SNAPSHOT_INVALID",
      { line: 4 },
    ],
    [
      "server/drizzle/meta/0001_snapshot.json",
      '{ "version": "6", "id": "a", "prevId": "b", "tables": {},\n"views": { "v": { "name": "v",\n"columns": {}, "isExisting": 0 } } }',
      "SNAPSHOT_INVALID",
      { line: 3 },
    ],
  ];
  for (const [path, text, code, place] of cases) {
    await using w = await history();
    await w.write(path, text);
    const files = await w.migrationFiles();
    await w.declare(`export const z = sqliteTable("z", { id: integer("id").primaryKey() });`);
    const error = await w.generate().then(() => null, (error) => error);
    assert.ok(error instanceof Failure, `${code} for ${text}`);
    assert.deepEqual([error.kind, error.code, error.details], ["config", code, {
      file: path,
      ...place,
    }]);
    assert.ok(error.message.includes(path));
    assert.deepEqual(await w.migrationFiles(), files);
  }
});

Deno.test("a folder of drizzle-kit 1.0 beside a journal is refused", async () => {
  await using w = await world();
  await w.write("server/drizzle/20260101000000_first/migration.sql", "SELECT 1");
  assert.equal((await readChain(w.system, w.project)).format, "folders");
  const journal = '{"version":"7","dialect":"sqlite","entries":[]}';
  await w.write("server/drizzle/meta/_journal.json", journal);
  await assert.rejects(readChain(w.system, w.project), { code: "FOLDER_FORMAT", kind: "config" });
});
