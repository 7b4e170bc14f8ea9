import { join } from "@std/path";
import type { OpenCase } from "./cases.ts";
import { baseline } from "./baseline.ts";
import { checkCell, deployCells, generateCell, migrateCell } from "./command_steps.ts";
import { enterSecrets } from "./secrets.ts";
import { httpCells } from "./http_steps.ts";
import { leftRunning } from "./left_running.ts";
import { mayDisown, prepareCopy } from "./prepare.ts";
import { Program, saidText } from "./program.ts";
import { varPlaceholder } from "./placeholders.ts";
import { type Cell, none, ok, red, type Row, type Step, STEPS, unreached } from "./table.ts";

/** How long a process may take to go, ms: the secret page tells late visitors for 10 s that it was used. */
const LINGER = 30_000;

/** How cases are walked. */
export interface WalkOptions {
  /** The folder of copies. */
  checkouts: string;
  /** The program's entry module; undefined: the sources. */
  main: string | undefined;
  /** The database starts as the schema describes it, with every migration counted as applied. */
  fromSnapshots: boolean;
  /** SQL for `db sql`: rows without which the app does not work. */
  rows: string[];
  /** Told what begins. */
  onStep(text: string): void;
}

/** A case on its way: what later steps need of earlier ones. */
export interface Walk {
  readonly one: OpenCase;
  readonly program: Program;
  readonly fromSnapshots: boolean;
  skipWeb: string | null;
  mayDisown: boolean;
  url: string | null;
  note(text: string): void;
}

/** Walks one case from a fresh copy to the stopped server; what goes wrong stands in its row. */
export async function walkCase(one: OpenCase, options: WalkOptions): Promise<Row> {
  const home = await Deno.makeTempDir({ prefix: "edgespark-open-case-" });
  const row: Row = {
    name: options.fromSnapshots ? `${one.name}, from its snapshots` : one.name,
    cells: {},
    notes: [],
  };
  const walk: Walk = {
    one,
    program: new Program(join(home, "project"), join(home, "state"), options.main),
    fromSnapshots: options.fromSnapshots,
    skipWeb: null,
    mayDisown: false,
    url: null,
    note: (text) => void row.notes.push(text),
  };
  const step = async (name: Step, work: () => Promise<Cell>): Promise<boolean> => {
    options.onStep(`${row.name}: ${name}`);
    const cell = await work().catch((error) => red(String(error?.message ?? error)));
    row.cells[name] = cell;
    return cell.state !== "red";
  };
  try {
    const installed = await step("install", () => install(walk, options.checkouts));
    if (installed) {
      await step("apply", () => apply(walk));
      await step("generate", () => generateCell(walk));
      if (options.fromSnapshots) await step("migrate", () => baseline(walk));
      else await step("migrate", () => migrateCell(walk));
      for (const sql of options.rows) {
        const said = await walk.program.say("db", "sql", sql);
        walk.note(said.code === 0 ? `\`db sql\`: ${sql}` : saidText(["db", "sql", sql], said));
      }
      await step("check", () => checkCell(walk));
      Object.assign(row.cells, await deployCells(walk, options.onStep));
      if (walk.url) {
        options.onStep(`${row.name}: over HTTP`);
        const cells = httpCells(walk, walk.url).catch((error) => ({
          "401/200/404": red(`${error.message}: ${error.cause?.message ?? ""}`),
        }));
        Object.assign(row.cells, await cells);
      }
    }
    for (const name of STEPS.filter((one) => one !== "stop")) {
      const why = walk.url ? "an earlier request failed" : "nothing is deployed";
      row.cells[name] ??= unreached(installed ? why : "not installed");
    }
    await step("stop", () => stop(walk, home));
  } finally {
    await walk.program.say("stop").catch(() => {});
    await Deno.remove(home, { recursive: true });
  }
  return row;
}

async function install(walk: Walk, checkouts: string): Promise<Cell> {
  const { cwd } = walk.program;
  const { leftOut, skipWeb } = await prepareCopy(join(checkouts, walk.one.dir!), cwd);
  walk.skipWeb = skipWeb;
  walk.mayDisown = await mayDisown(join(cwd, "server"));
  if (leftOut.length > 0) walk.note(`Left out, not on npm: ${leftOut.join(", ")}`);
  if (skipWeb !== null) walk.note(`Web part skipped: ${skipWeb}`);
  return ok(skipWeb === null ? "server, web" : "server");
}

/** Vars, secrets, buckets and the auth config, as the project declares them. */
async function apply(walk: Walk): Promise<Cell> {
  const { program, one } = walk;
  const vars = union((await program.ask("var", "list")).unset, one.auth?.vars_refs);
  const declared: { key: string }[] = (await program.ask("secret", "list")).secrets;
  const secrets = union(declared.map(({ key }) => key), one.auth?.secret_refs);
  if (vars.length > 0) {
    await program.ask("var", "set", ...vars.map((key) => `${key}=${varPlaceholder(key)}`));
  }
  if (secrets.length > 0) await enterSecrets(program, secrets);
  const { plan } = await program.ask("storage", "apply");
  const parts = [`${vars.length} vars, ${secrets.length} secrets, ${plan.length} buckets`];
  if (one.auth) {
    const said = await program.say("auth", "apply");
    if (said.code !== 0) return red(saidText(["auth", "apply"], said));
    parts.push("auth");
  }
  return ok(parts.join(", "));
}

async function stop(walk: Walk, home: string): Promise<Cell> {
  const running = (await walk.program.ask("status")).running;
  const said = await walk.program.say("stop");
  if (said.code !== 0) return red(saidText(["stop"], said));
  const left = await leftRunning(home, LINGER);
  if (left.length > 0) return red(`left running: ${left.join("; ")}`);
  return running ? ok("") : none("no server");
}

function union(a: string[], b: string[] = []): string[] {
  return [...new Set([...a, ...b])];
}
