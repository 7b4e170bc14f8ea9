/**
 * Whole-process comparisons with the peers, each pair interleaved in one run; one JSON line a row. The
 * rows `guard-*` compare this program with itself: the SQL guard may cost a tenth of a read.
 * `deno task bench [--only <name>] [--runs <n>]`. "ours" is the built bundle under the real `deno` binary.
 */
import { parseArgs } from "@std/cli/parse-args";
import { stop } from "esbuild";
import { join } from "@std/path";
import { embedBundler, hostTarget } from "./build.ts";
import { buildJs } from "./bundle.ts";
import { PROGRAM_FLAGS } from "./program_flags.ts";
import { ROOT } from "./esbuild_options.ts";
import { installFixtures, installPeers } from "./fixtures.ts";
import { checkSides } from "./bench/check.ts";
import { dryRunSides } from "./bench/dry_run.ts";
import { configSides } from "./bench/config.ts";
import { guardRows } from "./bench/guard.ts";
import { devSides } from "./bench/dev.ts";
import { repoSides } from "./bench/repo.ts";
import { migrate1000, migrate25, rebuild1m } from "./bench/migrate.ts";
import { serveRows } from "./bench/serve.ts";
import { type BenchProject, benchProject } from "./bench_project.ts";

/** One side of a row. */
interface Side {
  label: string;
  command: string[];
  cwd: string;
  before?: () => Promise<void>;
  /** Reads the duration from what it printed, ms; else the whole process counts. */
  ms?: (out: string) => number;
}

interface Row {
  name: string;
  goal: number;
  sides(): Promise<{ ours: Side; theirs: Side }>;
}

const JS = join(ROOT, ".tmp", "bench", "js");
const PEERS = await installPeers();
const DENO = join(
  PEERS,
  "node_modules",
  "@deno",
  `${Deno.build.os}-${Deno.build.arch === "x86_64" ? "x64" : "arm64"}${
    Deno.build.os === "linux" ? "-glibc" : ""
  }`,
  "deno",
);
const OURS = [DENO, "run", "--quiet", "--no-config", ...PROGRAM_FLAGS, join(JS, "main.js")];

const ROWS: Row[] = [
  {
    name: "help",
    goal: 0.15,
    sides: () =>
      Promise.resolve({
        ours: { label: "edgespark --help", command: [...OURS, "--help"], cwd: ROOT },
        theirs: {
          label: "wrangler 4.164.0 --help under Deno 2.9.6",
          command: [
            DENO,
            "run",
            "-A",
            "--quiet",
            join(PEERS, "node_modules/wrangler/bin/wrangler.js"),
            "--help",
          ],
          cwd: PEERS,
        },
      }),
  },
  generateRow("generate-3", 3),
  generateRow("generate-200", 200),
  {
    name: "check-25",
    goal: 0.6,
    sides: () =>
      checkSides({ ours: OURS, peers: PEERS, root: join(ROOT, ".tmp", "bench", "check-25") }),
  },
  {
    name: "check-repo",
    goal: 0.5,
    sides: async () => repoSides({ ...toolsFor("check-repo"), fixtures: await installFixtures() }),
  },
  { name: "dry-run", goal: 0.5, sides: () => dryRunSides(toolsFor("dry-run")) },
  { name: "dev-ready", goal: 1, sides: () => devSides("ready", toolsFor("dev-ready")) },
  { name: "dev-reload", goal: 0.333, sides: () => devSides("reload", toolsFor("dev-reload")) },
  { name: "var-set", goal: 0.6, sides: () => configSides("var set", toolsFor("var-set")) },
  {
    name: "types-check",
    goal: 0.6,
    sides: () => configSides("pull types --check", toolsFor("types-check")),
  },
  { name: "migrate-25", goal: 0.05, sides: () => migrate25(toolsFor("migrate-25")) },
  { name: "migrate-1000", goal: 3, sides: () => migrate1000(toolsFor("migrate-1000")) },
  { name: "rebuild-1m", goal: 4, sides: () => rebuild1m(toolsFor("rebuild-1m"), "command") },
  { name: "rebuild-1m-sql", goal: 2, sides: () => rebuild1m(toolsFor("rebuild-1m"), "rebuild") },
];

function toolsFor(name: string) {
  return { ours: OURS, peers: PEERS, deno: DENO, root: join(ROOT, ".tmp", "bench", name) };
}

function generateRow(name: string, tables: number): Row {
  return {
    name,
    goal: 0.6,
    async sides() {
      const project: BenchProject = await benchProject(
        join(ROOT, ".tmp", "bench", name),
        tables,
        PEERS,
      );
      return {
        ours: {
          label: "edgespark db generate, sandbox on",
          command: [...OURS, "db", "generate", "--json", "--project", project.root],
          cwd: project.root,
          before: project.reset,
        },
        theirs: {
          label: `drizzle-kit 0.31.11 generate under Node ${await nodeVersion()}`,
          command: [
            "node",
            join(PEERS, "node_modules/drizzle-kit/bin.cjs"),
            "generate",
            "--dialect=sqlite",
            `--schema=${project.schema}`,
            `--out=${project.theirOut}`,
          ],
          cwd: project.root,
          before: project.reset,
        },
      };
    },
  };
}

/** Times one whole process, ms. */
async function time(side: Side): Promise<number> {
  await side.before?.();
  const start = performance.now();
  const { code, stdout, stderr } = await new Deno.Command(side.command[0]!, {
    args: side.command.slice(1),
    cwd: side.cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const ms = performance.now() - start;
  if (code !== 0) {
    throw new Error(
      `${side.label} ended with ${code}\n${new TextDecoder().decode(stdout)}${
        new TextDecoder().decode(stderr)
      }`,
    );
  }
  return side.ms?.(new TextDecoder().decode(stdout)) ?? ms;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

async function nodeVersion(): Promise<string> {
  const { stdout } = await new Deno.Command("node", { args: ["--version"] }).output();
  return new TextDecoder().decode(stdout).trim().slice(1);
}

const options = parseArgs(Deno.args, {
  string: ["only", "runs"],
  unknown: (word) => {
    throw new Error(`\`${word}\` means nothing here; say \`[--only <row>] [--runs <n>]\``);
  },
});
const runs = Number(options.runs ?? 9);
const rows = ROWS.filter((row) => !options.only || row.name === options.only);
const serves = !options.only || options.only.startsWith("serve");
const guards = !options.only || options.only.startsWith("guard");
if (rows.length === 0 && !serves && !guards) {
  const names = [...ROWS.map((row) => row.name), "guard", "serve"];
  throw new Error(`No row \`${options.only}\`; rows: ${names.join(", ")}`);
}
// In this process, and first: nothing of the others is running yet.
if (guards) { for (const row of await guardRows()) console.log(JSON.stringify(row)); }
if (rows.length === 0 && !serves) Deno.exit();
await new Deno.Command(Deno.execPath(), {
  args: ["run", "-A", join(ROOT, "scripts", "prepare.ts")],
  stdout: "null",
}).output();
// As an executable holds it: with the bundler's own program.
await buildJs(JS, { embedEsbuild: true });
await embedBundler(hostTarget(), join(JS, "assets"));
for (const row of rows) {
  const { ours, theirs } = await row.sides();
  const times = { ours: [] as number[], theirs: [] as number[] };
  // The first pair fills caches and is not counted.
  for (let run = 0; run <= runs; run++) {
    const pair = [await time(ours), await time(theirs)] as const;
    if (run > 0) {
      [times.ours, times.theirs] = [[...times.ours, pair[0]], [...times.theirs, pair[1]]];
    }
  }
  const [a, b] = [median(times.ours), median(times.theirs)];
  console.log(JSON.stringify({
    name: row.name,
    ours: Math.round(a),
    theirs: Math.round(b),
    ratio: Number((a / b).toFixed(3)),
    goal: row.goal,
    unit: "ms",
    runs,
    what: { ours: ours.label, theirs: theirs.label },
  }));
}
if (serves) {
  const tools = { ...toolsFor("serve"), ms: 5_000, rounds: Number(options.runs ?? 3) };
  for (const row of await serveRows(tools)) console.log(JSON.stringify(row));
}
await stop();
