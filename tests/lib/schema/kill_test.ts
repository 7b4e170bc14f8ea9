import assert from "node:assert/strict";
import { join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";
import { Random } from "../../support/random.ts";
import { byHand, data, exec, migrateIn, rows } from "./database_world.ts";
import { seeded, sized } from "./support/sizes.ts";
import { type World, world } from "./world.ts";

const SEED = seeded(4711);
const POINTS = sized(25, 200);
const FILES = 3;
const STEPS = 8;

/** Statements that each write the same rows many times; each adds one to `marks`. */
function heavyFile(index: number): string {
  const statements = Array.from({ length: STEPS }, (_, step) => [
    `CREATE TABLE t${index}_${step} (id integer PRIMARY KEY, v text)`,
    `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 800) INSERT INTO t${index}_${step} SELECT x, 'value ' || x FROM n`,
    `UPDATE parents SET v = v || '${index}' WHERE id % 7 = ${step % 7}`,
    "UPDATE marks SET n = n + 1",
  ]);
  return statements.flat().join(";--> statement-breakpoint\n");
}

/** A project with rows and three heavy migrations ahead. */
async function prepared(): Promise<World> {
  const w = await world();
  await byHand(
    w,
    "0000_start",
    "CREATE TABLE marks (n integer); CREATE TABLE parents (id integer PRIMARY KEY, v text); CREATE TABLE children (id integer PRIMARY KEY, p integer REFERENCES parents(id) ON DELETE CASCADE)",
  );
  await migrateIn(w);
  exec(
    w,
    "INSERT INTO marks VALUES (0); WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 500) INSERT INTO parents SELECT x, 'p' FROM n; INSERT INTO children SELECT id, id FROM parents",
  );
  for (let index = 1; index <= FILES; index++) {
    await byHand(w, `000${index}_heavy`, heavyFile(index));
  }
  return w;
}

function startMigrate(w: World): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "-A",
      "--no-check",
      "--quiet",
      join(ROOT, "main.ts"),
      "db",
      "migrate",
      "--json",
      "--project",
      w.project.root,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
}

/** Waits until the restore point stands: from then on statements are applied. */
async function untilApplying(w: World): Promise<void> {
  const folder = join(w.project.state, "local", "restore");
  for (let turn = 0; turn < 60_000; turn++) {
    const names = await Array.fromAsync(Deno.readDir(folder)).catch(() => []);
    if (names.some(({ name }) => name.endsWith(".sqlite") && !name.startsWith("."))) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error("No restore point was taken");
}

/** Everything must be as before or after one of the files; returns how many are applied. */
function judge(w: World, where: string): number {
  assert.deepEqual(rows(w, "PRAGMA integrity_check"), [{ integrity_check: "ok" }], where);
  assert.deepEqual(rows(w, "PRAGMA foreign_key_check"), [], where);
  const both = rows(
    w,
    "SELECT e.id AS a, d.id AS b, e.name AS tag FROM es_system__db_migrations e FULL JOIN __drizzle_migrations d ON d.id = e.id ORDER BY e.id",
  );
  const done = both.length - 1;
  const tags = ["0000_start", ...Array.from({ length: done }, (_, i) => `000${i + 1}_heavy`)];
  assert.deepEqual(both, tags.map((tag, index) => ({ a: index + 1, b: index + 1, tag })), where);
  assert.deepEqual(rows(w, "SELECT n FROM marks"), [{ n: done * STEPS }], where);
  const tables = rows(w, "SELECT count(*) AS n FROM sqlite_schema WHERE name GLOB 't[0-9]*'");
  assert.deepEqual(tables, [{ n: done * STEPS }], where);
  const kept = "SELECT (SELECT count(*) FROM parents) AS p, (SELECT count(*) FROM children) AS c";
  assert.deepEqual(rows(w, kept), [{ p: 500, c: 500 }], where);
  return done;
}

Deno.test(`a migrate killed at ${POINTS} random moments leaves every file whole or absent (seed ${SEED})`, async () => {
  await using w = await prepared();
  const random = new Random(SEED);
  const folder = join(w.project.state, "local"), file = join(folder, "data.sqlite");
  data(w).exec("PRAGMA wal_checkpoint(TRUNCATE)");
  const start = await Deno.readFile(file);
  const reset = async () => {
    await Deno.remove(folder, { recursive: true });
    await Deno.mkdir(folder);
    await Deno.writeFile(file, start);
  };
  // How long the files take, from the restore point to the end.
  await reset();
  const whole = startMigrate(w);
  await untilApplying(w);
  const begin = performance.now();
  assert.equal((await whole.status).code, 0);
  const window = performance.now() - begin;
  assert.equal(judge(w, "not killed"), FILES);

  const seen = new Map<number, number>();
  for (let point = 0; point < POINTS; point++) {
    await reset();
    const child = startMigrate(w);
    await untilApplying(w);
    const wait = 0.9 * window * random.next();
    await new Promise((resolve) => setTimeout(resolve, wait));
    try {
      child.kill("SIGKILL");
    } catch {
      // It was faster this time; its end is a moment like any other.
    }
    await child.status;
    const where = `point ${point}, ${Math.round(wait)} of ${Math.round(window)} ms`;
    const done = judge(w, where);
    seen.set(done, (seen.get(done) ?? 0) + 1);
    const next = await migrateIn(w);
    assert.equal(next.applied.length, FILES - done, where);
    assert.equal(judge(w, `after ${where}`), FILES);
  }
  assert.ok(seen.size > 1, `every kill hit the same moment: ${[...seen]}`);
});

Deno.test("migrations run while another process reads and writes: no row is lost, nobody is turned away", async () => {
  await using w = await world();
  await byHand(w, "0000_start", "CREATE TABLE work (id integer PRIMARY KEY, note text)");
  await migrateIn(w);
  const file = join(w.project.state, "local", "data.sqlite");
  const script = join(ROOT, "tests/lib/schema/support/write_loop.ts");
  const app = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", "--quiet", script, file],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = app.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await lines.read();
  for (let index = 1; index <= 5; index++) {
    await byHand(
      w,
      `000${index}_rebuild`,
      `CREATE TABLE __new_work (id integer PRIMARY KEY, note text, c${index} integer DEFAULT ${index}); INSERT INTO __new_work (id, note) SELECT id, note FROM work; DROP TABLE work; ALTER TABLE __new_work RENAME TO work; ${
        heavyFile(index).split(";--> statement-breakpoint\n").filter((sql) =>
          sql.includes(` t${index}_`)
        )
          .join(";")
      }`,
    );
    assert.equal((await migrateIn(w, { confirmDangerous: true })).applied.length, 1);
  }
  await app.stdin.close();
  let text = "";
  for (let part = await lines.read(); !part.done; part = await lines.read()) text += part.value;
  const did = JSON.parse(text);
  await app.status;
  assert.deepEqual(did.errors, []);
  assert.ok(did.written > 5, `only ${did.written} rows were written meanwhile`);
  assert.deepEqual(rows(w, "SELECT count(*) AS n, count(DISTINCT note) AS d FROM work"), [
    { n: did.written, d: did.written },
  ]);
});
