import { join } from "@std/path";
import { answers, type Load, load } from "./http_load.ts";
import { ROWS, serveProject } from "./serve_project.ts";

/** What the rows are measured with. */
export interface ServeTools {
  /** The command line of ours, without arguments. */
  ours: string[];
  /** Where the peers' `node_modules` lies. */
  peers: string;
  deno: string;
  root: string;
  /** How long each load lasts, ms. */
  ms: number;
  /** How often both are started, one after the other. */
  rounds: number;
}

interface Side {
  command: string[];
  env?: Record<string, string>;
  cwd: string;
}

interface Measured extends Load {
  /** From the start of the process to the first answer with 200, ms. */
  ready: number;
  /** Of all processes, after the load, MiB. */
  rss: number;
}

const PATH = "/api/public/notes/42";
const CONNECTIONS = 16;
/** What both get before they are measured, ms: V8 goes on compiling for some seconds, in both. */
const WARM_UP = 3_000;
/** How often both are started at least: a start is short and easily disturbed. */
const STARTS = 9;
const PORTS = { ours: 7991, theirs: 7992 };
const GOALS = { requests: 20, p50: 0.1, ready: 0.1, rss: 0.33 };

/**
 * `serve-requests`, `serve-p50`, `serve-ready`, `serve-rss`: one public route that reads a row by its
 * key, with sign-in look-up, SQL guard and log on, against `wrangler dev` with the same app. Every process
 * of both counts; the load comes from this process, on the same machine.
 */
export async function serveRows(tools: ServeTools): Promise<Record<string, unknown>[]> {
  const { ours, theirs } = await prepare(tools);
  const found = { ours: [] as Partial<Measured>[], theirs: [] as Partial<Measured>[] };
  for (let round = 0; round < Math.max(tools.rounds, STARTS); round++) {
    const ms = round < tools.rounds ? tools.ms : null;
    found.ours.push(await measure(ours, PORTS.ours, ms));
    found.theirs.push(await measure(theirs, PORTS.theirs, ms));
  }
  const row = (name: string, key: keyof Measured, goal: number, unit: string) => {
    const all = (side: Partial<Measured>[]) =>
      side.map((one) => one[key]).filter((value) => value !== undefined);
    const [a, b] = [all(found.ours), all(found.theirs)].map(median);
    const round = (value: number) => Number(value.toPrecision(4));
    return {
      name,
      ours: round(a!),
      theirs: round(b!),
      ratio: Number((a! / b!).toFixed(3)),
      goal,
      unit,
      runs: all(found.ours).length,
      what: {
        ours: "edgespark serve, both processes",
        theirs: "wrangler 4.164.0 dev under Deno, with workerd",
      },
    };
  };
  return [
    row("serve-requests", "perSecond", GOALS.requests, "1/s"),
    row("serve-p50", "p50", GOALS.p50, "ms"),
    row("serve-ready", "ready", GOALS.ready, "ms"),
    row("serve-rss", "rss", GOALS.rss, "MiB"),
  ];
}

/** Makes both databases with the same rows, and deploys ours. */
async function prepare({ ours, peers, deno, root }: ServeTools) {
  await serveProject(root, peers);
  const state = { EDGESPARK_STATE_DIR: join(root, "state") };
  const edgespark = (...args: string[]): Side => ({
    command: [...ours, ...args, "--project", root],
    cwd: root,
    env: state,
  });
  const insert = `INSERT INTO notes (id, title, body) VALUES ${ROWS}`;
  await run(edgespark("pull"));
  await run(edgespark("db", "generate"));
  await run(edgespark("db", "migrate"));
  await run(edgespark("db", "sql", insert));
  await run(edgespark("deploy", "--json"));
  await run(edgespark("stop"));
  const home = join(root, "home");
  await Deno.mkdir(home);
  const wrangler = (...args: string[]): Side => ({
    command: [
      ...[deno, "run", "-A", "--quiet", join(peers, "node_modules/wrangler/bin/wrangler.js")],
      ...[...args, `--persist-to=${join(root, "persist")}`],
    ],
    cwd: join(root, "wrangler"),
    env: { HOME: home, XDG_CONFIG_HOME: home, CI: "1", WRANGLER_SEND_METRICS: "false" },
  });
  await run(wrangler("d1", "migrations", "apply", "DB", "--local"));
  await run(wrangler("d1", "execute", "DB", "--local", "--command", insert));
  return {
    ours: edgespark("serve", "--port", String(PORTS.ours)),
    theirs: wrangler("dev", "--local", "--ip=127.0.0.1", `--port=${PORTS.theirs}`),
  };
}

/** @param ms null: only the start. */
async function measure(side: Side, port: number, ms: number | null): Promise<Partial<Measured>> {
  const url = `http://127.0.0.1:${port}${PATH}`;
  const start = performance.now();
  const child = new Deno.Command(side.command[0]!, {
    args: side.command.slice(1),
    cwd: side.cwd,
    env: side.env,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    let ended = false;
    child.status.then(() => ended = true);
    while (!await answers(url)) {
      if (ended) throw new Error(`${side.command.slice(-3).join(" ")} ended by itself`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const ready = performance.now() - start;
    if (ms === null) return { ready };
    await load(url, CONNECTIONS, WARM_UP);
    const { perSecond, p50 } = await load(url, CONNECTIONS, ms);
    return { ready, perSecond, p50, rss: await residentMiB(child.pid) };
  } finally {
    child.kill("SIGTERM");
    await child.status;
  }
}

/** The memory of a process and of all that it started. */
async function residentMiB(root: number): Promise<number> {
  const { stdout } = await new Deno.Command("ps", { args: ["-e", "-o", "pid=,ppid=,rss="] })
    .output();
  const all = new TextDecoder().decode(stdout).trim().split("\n").map((line) =>
    line.trim().split(/\s+/).map(Number) as [number, number, number]
  );
  const family = new Set([root]);
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const [pid, parent] of all) if (family.has(parent)) family.add(pid);
  }
  return all.filter(([pid]) => family.has(pid)).reduce((sum, [, , rss]) => sum + rss, 0) / 1024;
}

async function run({ command, cwd, env }: Side): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd,
    env,
    stdin: "null",
  }).output();
  if (code === 0) return;
  const words = new TextDecoder();
  throw new Error(`${command.join(" ")}: ${words.decode(stdout)}${words.decode(stderr)}`);
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
