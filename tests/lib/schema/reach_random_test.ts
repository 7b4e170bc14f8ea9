/** Whatever changes in a schema: the database gets there with its rows, or the refusal has a name. */
import * as stock from "drizzle-kit/api";
import { join, toFileUrl } from "@std/path";
import assert from "node:assert/strict";
import type { DatabaseSync } from "node:sqlite";
import { parseAnswers } from "../../../lib/schema/answers.ts";
import { diffSchemas, loadKit } from "../../../lib/schema/diff.ts";
import { Failure } from "../../../lib/failure.ts";
import { type PlannedStatements, planStatements } from "../../../lib/schema/plan_statements.ts";
import { appTables, columnsOf, openShadow, runScripts } from "../../../lib/schema/shadow.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "../../../lib/schema/snapshot.ts";
import { fillTables } from "../../../lib/schema/synthetic_rows.ts";
import { quoteName } from "../../../lib/schema/tokens.ts";
import { ROOT } from "../../support/fixtures.ts";
import { Random } from "../../support/random.ts";
import { structureOf } from "./structure.ts";
import { asks, CHANGES } from "./support/schema_changes.ts";
import { seeded, sized } from "./support/sizes.ts";

const SEED = seeded(5150);
const TURNS = sized(150, 3000);
const SCHEMAS = ["columns", "generated", "indexes", "keys", "views"];

const kit = await loadKit();

Deno.test(`${TURNS} random changes of schemas arrive in the database, or are refused by name (seed ${SEED})`, async () => {
  const random = new Random(SEED);
  const schemas = await Promise.all(SCHEMAS.map(declared));
  const outcomes = { reached: 0, nothing: 0, failsOnRows: 0, refused: 0 };
  for (let turn = 0; turn < TURNS; turn++) {
    const prev = random.pick(schemas);
    const { cur, names } = changed(prev, random);
    if (asks(prev, cur)) continue;
    const where = `turn ${turn}: ${names.join(", ")}`;
    const history = await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, prev);
    const outcome = await plan(prev, cur, history);
    if (outcome instanceof Failure) {
      const { code, message } = outcome;
      assert.ok(["SCHEMA_NOT_REACHED", "MIGRATION_FAILS"].includes(code), `${where}: ${code}`);
      // Many of the random schemas are none: two primary keys, a reference to what is no key.
      assert.equal(await isSound(cur), false, `${where}\n${message}`);
      outcomes.refused++;
    } else if (outcome === null) {
      assert.deepEqual(structureOf(made(history)), await fromNothing(cur), where);
      outcomes.nothing++;
    } else {
      const { statements, findings } = outcome;
      const text = `${where}\n${statements.join("\n")}`;
      assert.deepEqual(structureOf(made(history, statements)), await fromNothing(cur), text);
      if (findings.length > 0) {
        assert.equal(findings[0]!.code, "FAILS_ON_ROWS", text);
        outcomes.failsOnRows++;
        continue;
      }
      keepsRows(history, statements, prev, cur, text);
      outcomes.reached++;
    }
  }
  assert.ok(outcomes.reached > TURNS / 4, JSON.stringify(outcomes));
  assert.ok(outcomes.refused > 0 && outcomes.nothing > 0, JSON.stringify(outcomes));
  if (Deno.env.get("EDGESPARK_LONG")) console.error(JSON.stringify(outcomes));
});

async function declared(name: string): Promise<Snapshot> {
  const file = join(ROOT, "tests/lib/project/schemas", `${name}.ts`);
  const exports = await import(toFileUrl(file).href);
  const json = await stock.generateSQLiteDrizzleJson(exports) as unknown as Snapshot;
  // drizzle-kit cuts an index's expression at its commas: no SQLite takes what it writes.
  for (const table of Object.values(json.tables)) {
    for (const [key, index] of Object.entries(table.indexes)) {
      if (index.columns.some((column) => /[(,]/.test(column) && column.includes(","))) {
        delete table.indexes[key];
      }
    }
  }
  return json;
}

/** The schema after one to three changes, and what they are called. */
function changed(prev: Snapshot, random: Random): { cur: Snapshot; names: string[] } {
  const cur = structuredClone(prev);
  const names: string[] = [];
  for (let count = 1 + random.below(3); count > 0; count--) {
    const views = Object.values(cur.views).filter(({ isExisting }) => !isExisting);
    if (views.length > 0 && random.chance(0.2)) {
      const view = random.pick(views);
      names.push(`view ${view.name}`);
      if (random.chance(0.3)) delete cur.views[view.name];
      else view.definition = `select ${random.below(100)} as "id"`;
      continue;
    }
    const change = random.pick(Object.keys(CHANGES));
    const table = random.pick(Object.values(cur.tables));
    names.push(`${change} of ${table.name}`);
    CHANGES[change]!(table, random);
  }
  return { cur, names };
}

/** The plan, null where nothing is to be done, or a refusal. */
async function plan(
  prev: Snapshot,
  cur: Snapshot,
  history: string[],
): Promise<PlannedStatements | Failure | null> {
  try {
    const diff = await diffSchemas(kit, prev, cur, parseAnswers({}));
    const shadow = () => Promise.resolve(made(history));
    const planned = await planStatements(kit, diff, cur, shadow, () => Promise.resolve("next"));
    const fails = planned?.findings.find(({ code }) => code === "MIGRATION_FAILS");
    return fails ? new Failure("failed", fails.code, fails.message) : planned;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function made(...scripts: string[][]): DatabaseSync {
  const db = openShadow();
  const failure = runScripts(db, scripts.map((statements) => ({ tag: "step", statements })));
  assert.equal(failure, null, JSON.stringify(failure));
  return db;
}

async function fromNothing(schema: Snapshot): Promise<Record<string, unknown>> {
  return structureOf(made(await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, schema)));
}

/** Whether SQLite takes a schema, and the references that it declares. */
async function isSound(schema: Snapshot): Promise<boolean> {
  const statements = await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, schema);
  const db = openShadow();
  return !runScripts(db, [{ tag: "all", statements }]) && violations(db) !== null;
}

/** Every value of every column that is declared as before is there as often as before. */
function keepsRows(
  history: string[],
  statements: string[],
  prev: Snapshot,
  cur: Snapshot,
  where: string,
): void {
  const db = made(history);
  fillTables(db);
  const sound = violations(db) === 0;
  const kept = appTables(db).filter((name) => cur.tables[name]).map((name) => {
    const columns = columnsOf(db, name).map((column) => column.name).filter((column) => {
      const [old, now] = [prev, cur].map(({ tables }) => tables[name]!.columns[column]);
      return now && !old!.generated && !now.generated && now.type === old!.type;
    });
    const list = ["count(*) OVER () AS n", ...columns.map(quoteName)].join(", ");
    const rows = () =>
      db.prepare(`SELECT ${list} FROM ${quoteName(name)}`).all().map((row) =>
        JSON.stringify({ ...row })
      ).sort();
    return { name, rows, before: rows() };
  });
  const failure = runScripts(db, [{ tag: "next", statements }]);
  assert.equal(failure, null, `${where}\n${JSON.stringify(failure)}`);
  for (const { name, rows, before } of kept) assert.deepEqual(rows(), before, `${name}: ${where}`);
  // Made-up rows do not always refer to others.
  if (sound) assert.ok((violations(db) ?? 0) === 0, where);
  db.close();
}

/** References that lead nowhere; null where the schema itself declares one to no key. */
function violations(db: DatabaseSync): number | null {
  try {
    return db.prepare("PRAGMA foreign_key_check").all().length;
  } catch {
    return null;
  }
}
