/**
 * Walks real projects the whole way through the real program, in fresh copies: install, apply, generate,
 * check, migrate, dry run, deploy, every route over HTTP, stop. One row a case, with a reason for
 * whatever is not as it must be. Copies of the projects are brought by hand and never committed.
 *
 * `deno run -A scripts/open_cases.ts --cases <open.json> --checkouts <folder> --out <file.md>
 *    [--only <part of a name>] [--rows <file.json>] [--program <main.js of the bundle>]`
 *
 * `--rows` names, by case, statements for `db sql`: rows without which an app does not work, which its
 * owner would have entered.
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, join } from "@std/path";
import { type OpenCase, readCases, whyNotWalked } from "./open_cases/cases.ts";
import { Program, saidText } from "./open_cases/program.ts";
import { redRows, renderTable, type Row } from "./open_cases/table.ts";
import { walkCase } from "./open_cases/walk.ts";

const { cases: list, checkouts, out, only = "", rows: rowsFile, program } = parseArgs(Deno.args, {
  string: ["cases", "checkouts", "out", "only", "rows", "program"],
});
if (!list || !checkouts || !out) {
  console.error("Say --cases <open.json> --checkouts <folder of copies> --out <file.md>");
  Deno.exit(2);
}

const main = program && join(Deno.cwd(), program);
const sql: Record<string, string[]> = rowsFile ? JSON.parse(await Deno.readTextFile(rowsFile)) : {};
const rows: Row[] = [];
const left: { name: string; why: string }[] = [];
for (const one of (await readCases(list)).filter(({ name }) => name.includes(only))) {
  const why = await whyLeft(one);
  if (why !== null) {
    left.push({ name: one.name, why });
    continue;
  }
  const ways = one.replay?.first_failure ? [false, true] : [false];
  for (const fromSnapshots of ways) {
    rows.push(
      await walkCase(one, {
        checkouts,
        main,
        fromSnapshots,
        rows: sql[one.name] ?? [],
        onStep: (text) => console.error(text),
      }),
    );
    await Deno.writeTextFile(out, renderTable(rows, left));
  }
}
await Deno.writeTextFile(out, renderTable(rows, left));
const bad = redRows(rows);
console.log(`${rows.length} rows, ${bad.length} with a red cell; the table is in ${out}`);
Deno.exit(bad.length === 0 ? 0 : 1);

async function whyLeft(one: OpenCase): Promise<string | null> {
  const why = whyNotWalked(one);
  if (one.dir === null) return why;
  const root = join(checkouts!, one.dir, dirname(one.server ?? "server"));
  const there = await Deno.stat(join(root, "edgespark.toml")).catch(() => null);
  if (!there) return `no copy in ${one.dir}`;
  if (why === null) return null;
  const state = await Deno.makeTempDir({ prefix: "edgespark-open-case-" });
  const said = await new Program(root, state, main).say("check");
  await Deno.remove(state, { recursive: true });
  return `${why}: ${saidText(["check"], said)}`;
}
