import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { Visitor } from "./support/visitor.ts";
import { inWorld, type World } from "./support/world.ts";

const USER = "es_system__auth_user";

/** What an app might try, each a way of its own to the same row. */
const ATTACKS: [how: string, sql: string][] = [
  ["update", `UPDATE ${USER} SET email_verified = 1`],
  ["update of another spelling", `update "main"."ES_SYSTEM__AUTH_USER" set banned = 1`],
  ["update with a CTE", `WITH x AS (SELECT 1) UPDATE ${USER} SET name = 'x'`],
  ["update from", `UPDATE [${USER}] SET name = a.name FROM authors a`],
  ["insert", `INSERT INTO ${USER} (id, name, email) VALUES ('x', 'x', 'x@x')`],
  ["insert from select", `INSERT INTO ${USER} SELECT * FROM ${USER}`],
  ["replace", `REPLACE INTO ${USER} (id, name, email) VALUES ('x', 'x', 'x@x')`],
  [
    "upsert",
    `INSERT INTO ${USER} (id, name, email) VALUES ('x','x','x@x') ON CONFLICT DO UPDATE SET name = 'y'`,
  ],
  ["delete", `DELETE FROM ${USER} WHERE 1`],
  ["sessions", "UPDATE es_system__auth_session SET expires_at = 9e15"],
  ["accounts", "UPDATE es_system__auth_account SET password = 'x'"],
  ["codes", "DELETE FROM es_system__auth_verification WHERE 1"],
  ["trigger", `CREATE TRIGGER t AFTER INSERT ON authors BEGIN DELETE FROM ${USER} WHERE 1; END`],
  ["view", `CREATE VIEW v AS SELECT * FROM ${USER}`],
  ["comment", `/* SELECT */ UPDATE/**/${USER}/**/SET name = 'x'`],
];

function people(world: World): unknown {
  const db = new DatabaseSync(join(world.folder, "data.sqlite"), { readOnly: true });
  const rows = ["user", "session", "account"].map((name) =>
    db.prepare(`SELECT * FROM es_system__auth_${name}`).all()
  );
  db.close();
  return rows;
}

Deno.test("an app reads the auth tables and writes none, by whatever way", () =>
  inWorld(async (world) => {
    await new Visitor(world).signUp();
    const before = people(world);
    const read = await world.post("/api/public/sql", `SELECT email FROM ${USER}`);
    assert.deepEqual(await read.json(), { rows: [{ email: "anna@example.com" }] });
    for (const [how, sql] of ATTACKS) {
      for (const way of ["raw", "batch", "prepare", "exec", "session"]) {
        const path = way === "raw" ? "/api/public/sql" : `/api/public/sql-${way}`;
        const response = await world.post(path, sql);
        assert.equal(response.status, 400, `${how} by ${way}: ${await response.text()}`);
      }
    }
    const orm = await (await world.get("/api/public/orm-attack")).json();
    assert.deepEqual(orm.results, ["refused", "refused", "refused", "refused"]);
    // A batch with one such statement does nothing at all.
    assert.equal(orm.authors, 0);
    assert.deepEqual(people(world), before);
  }));

Deno.test("a trigger that came by a migration cannot write for the app either", () =>
  inWorld(async (world) => {
    await new Visitor(world).signUp();
    const db = new DatabaseSync(join(world.folder, "data.sqlite"));
    db.exec(`CREATE TRIGGER sly AFTER INSERT ON authors
      BEGIN UPDATE ${USER} SET email_verified = 1; END`);
    db.close();
    const before = people(world);
    const response = await world.post("/api/public/batch", { names: ["a"] });
    assert.notEqual(response.status, 200, await response.text());
    assert.deepEqual(people(world), before);
  }));
