import { join } from "@std/path";
import { ROOT } from "../esbuild_options.ts";
import { serveProject } from "./serve_project.ts";

/** What the rows are measured on. */
export interface DevTools {
  /** The command line of ours, without arguments. */
  ours: string[];
  /** Where the peers' `node_modules` lies. */
  peers: string;
  deno: string;
  root: string;
}

/** `ready`: from the start to the first 200. `reload`: from a save to the first answer of new code. */
export type DevMeasure = "ready" | "reload";

/** Saves of one run; their median counts. */
const SAVES = 7;
/** What a person's editor leaves between two saves, ms. */
const BETWEEN = 400;
const PORTS = { ours: 17_821, theirs: 17_822 };
const PATH = "/api/public/version";

/**
 * `dev-ready`, `dev-reload`: the same app with hono, drizzle-orm and a database, in the same folder layout,
 * saved in the same way, against `wrangler dev`. Ours also watches the schema and guards every statement.
 */
export async function devSides(measure: DevMeasure, { ours, peers, deno, root }: DevTools) {
  await serveProject(root, peers);
  const home = join(root, "home");
  await Deno.mkdir(home, { recursive: true });
  const side = (name: keyof typeof PORTS, label: string, command: string[], cwd: string) => ({
    label,
    command: [
      ...[deno, "run", "-A", "--quiet", "--config", join(ROOT, "deno.json")],
      ...[join(ROOT, "scripts", "bench", "dev_side.ts"), measure, String(PORTS[name])],
      ...[join(cwd, "src", "index.ts"), cwd, home, ...command],
    ],
    cwd: root,
    ms: (out: string) => Number(out.trim().split("\n").at(-1)),
  });
  return {
    ours: side("ours", "edgespark dev", [
      ...[...ours, "dev", "--port", String(PORTS.ours), "--project", root],
    ], join(root, "server")),
    theirs: side("theirs", "wrangler 4.164.0 dev under Deno 2.9.6, with workerd", [
      ...[deno, "run", "-A", "--quiet", join(peers, "node_modules/wrangler/bin/wrangler.js")],
      ...["dev", "--local", "--ip=127.0.0.1", `--port=${PORTS.theirs}`],
      `--persist-to=${join(root, "persist")}`,
    ], join(root, "wrangler")),
  };
}

/** One run of one side; the answer in ms. */
export async function measureDev(
  measure: DevMeasure,
  port: number,
  entry: string,
  side: { command: string[]; cwd: string; home: string },
): Promise<number> {
  const url = `http://127.0.0.1:${port}${PATH}`;
  const text = (await Deno.readTextFile(entry)).replace(
    /^app\.get\("\/api\/public\/version.*\n/m,
    "",
  );
  const save = async (version: string) => {
    const route = `app.get(${JSON.stringify(PATH)}, (c) => c.text(${JSON.stringify(version)}));\n`;
    await Deno.writeTextFile(entry, text.replace("export default", `${route}export default`));
  };
  const stamp = Date.now();
  await save(`${stamp}-0`);
  const start = performance.now();
  const child = new Deno.Command(side.command[0]!, {
    args: side.command.slice(1),
    cwd: side.cwd,
    env: {
      EDGESPARK_STATE_DIR: join(side.home, "state"),
      ...{ HOME: side.home, XDG_CONFIG_HOME: side.home, CI: "1", WRANGLER_SEND_METRICS: "false" },
    },
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  try {
    await until(url, `${stamp}-0`);
    if (measure === "ready") return performance.now() - start;
    const times: number[] = [];
    // The first save fills caches and is not counted.
    for (let count = 1; count <= SAVES + 1; count++) {
      await new Promise((resolve) => setTimeout(resolve, BETWEEN));
      const saved = performance.now();
      await save(`${stamp}-${count}`);
      await until(url, `${stamp}-${count}`);
      if (count > 1) times.push(performance.now() - saved);
    }
    return times.sort((a, b) => a - b)[times.length >> 1]!;
  } finally {
    child.kill("SIGINT");
    await child.status;
  }
}

async function until(url: string, text: string): Promise<void> {
  for (const deadline = Date.now() + 120_000; Date.now() < deadline;) {
    const answer = await fetch(url).then((response) => response.text(), () => "");
    if (answer === text) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`${url} never answered ${text}`);
}
