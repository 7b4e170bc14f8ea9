import assert from "node:assert/strict";
import { judgeAppSql } from "../../../lib/runtime/judge.ts";
import { judgeSql } from "../../../lib/schema/sql_judge.ts";
import { splitStatements } from "../../../lib/schema/statements.ts";
import { Random } from "../../support/random.ts";
import { Oracle } from "./guard_oracle.ts";
import { guardText } from "./guard_texts.ts";
import { seeded, sized } from "./support/sizes.ts";

const SEED = seeded(20261121);
const COUNT = sized(20_000, 100_000);

Deno.test(`no text passes the guards that SQLite would run as something forbidden (seed ${SEED}, ${COUNT} texts)`, () => {
  const random = new Random(SEED);
  const oracle = new Oracle();
  const seen = { runtime: 0, cli: 0, compiled: 0, refused: 0 };
  for (let turn = 0; turn < COUNT; turn++) {
    const text = guardText(random);
    const where = `text ${turn}: ${JSON.stringify(text)}`;
    const runtime = judgeAppSql(text) === null;
    const cli = judgeSql(text);
    const isCliOpen = cli.problems.length === 0;
    const cut = oracle.split(text);
    if (runtime) {
      seen.runtime++;
      assert.equal(oracle.forbidden(text, { updateNeedsWhere: false }), null, `runtime, ${where}`);
      // The engine runs the first statement of a text: there must be no other.
      assert.ok(
        cut.statements.length <= 1,
        `runtime, ${cut.statements.length} statements, ${where}`,
      );
      if (cut.statements.length === 1) assert.ok(cut.complete, `runtime, not consumed, ${where}`);
    }
    if (isCliOpen) {
      seen.cli++;
      for (const statement of cli.statements) {
        const reason = oracle.forbidden(statement.text, { updateNeedsWhere: true });
        assert.equal(reason, null, `db sql, ${JSON.stringify(statement.text)}, ${where}`);
      }
    }
    const ours = splitStatements(text);
    if (cut.complete && !ours.some(({ tokens }) => tokens.some(({ kind }) => kind === "bad"))) {
      seen.compiled++;
      assert.equal(ours.length, cut.statements.length, `statements, ${where}`);
    }
    if (!runtime && !isCliOpen) seen.refused++;
  }
  oracle.close();
  console.log(`seed ${SEED}: ${JSON.stringify(seen)}`);
  // A guard that refuses everything, or texts that never compile, would prove nothing.
  for (const [name, count] of Object.entries(seen)) {
    assert.ok(count > COUNT / 50, `${name}: ${count}`);
  }
});
