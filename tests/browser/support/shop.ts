import { build } from "esbuild";
import { join } from "@std/path";
import { fixtureModules, ROOT } from "../../support/fixtures.ts";
import type { ProgramWorld } from "../../support/program_world.ts";

const DEFS: Record<string, string> = {
  "db_schema.ts": "",
  "db_relations.ts": "",
  "storage_schema.ts": "export {};\n",
  "runtime.ts": "export type VarKey = never;\nexport type SecretKey = never;\n",
  "index.ts": `import * as buckets from "./storage_schema";
import * as systemTables from "../__generated__/sys_schema";
import * as systemRelations from "../__generated__/sys_relations";
export * from "./db_schema";
export * from "./db_relations";
export * from "../__generated__/sys_schema";
export * from "../__generated__/sys_relations";
export { buckets };
export type { SecretKey, VarKey } from "./runtime";
export const drizzleSchema = { ...systemTables, ...systemRelations };
`,
};

const APP = `import { auth } from "edgespark/http";
import { Hono } from "hono";
const app = new Hono();
app.get("/api/me", (c) => c.json({ email: auth.user!.email, anonymous: auth.user!.isAnonymous }));
app.post("/api/echo", async (c) => c.json({ said: await c.req.text() }));
export default app;
`;

/** A page of an app: the client of `window.connect(baseUrl?)` and a place for the managed form. */
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Shop</title>
<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">
<link rel="stylesheet" href="/client.css"><script type="module" src="/client.js"></script></head>
<body><main><h1>Shop</h1><div id="auth" style="width:100%;max-width:420px;margin:0 auto"></div></main>
</body></html>`;

const CONNECT = `import { createEdgeSpark } from "@edgespark/client";
import "@edgespark/client/styles.css";
window.connect = (baseUrl) => window.client = createEdgeSpark(baseUrl ? { baseUrl } : {});
`;

/** Writes a page with the real `@edgespark/client` from npm into a folder. */
export async function writePage(folder: string, entry: string = CONNECT): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "index.html"), PAGE);
  await build({
    stdin: { contents: entry, resolveDir: fixtureModules(), loader: "ts" },
    bundle: true,
    format: "esm",
    platform: "browser",
    outfile: join(folder, "client.js"),
    absWorkingDir: ROOT,
    nodePaths: [join(fixtureModules(), "node_modules")],
    logLevel: "error",
  });
}

/**
 * Deploys a small app with a web page by the real program; answers with its address.
 *
 * @param yaml `configs/auth-config.yaml`.
 * @param entry the page's script; the client from npm unless said otherwise.
 */
export async function deployShop(
  world: ProgramWorld,
  { yaml = "disableSignUp: false\n", toml = "", entry }: {
    yaml?: string;
    toml?: string;
    entry?: string;
  } = {},
): Promise<string> {
  const files: Record<string, string> = {
    "edgespark.toml": `project_id = "shop"\n[web]\npath = "web"\noutput_path = "web/dist"\n${toml}`,
    "configs/auth-config.yaml": yaml,
    "server/src/index.ts": APP,
    ...Object.fromEntries(
      Object.entries(DEFS).map(([name, text]) => [`server/src/defs/${name}`, text]),
    ),
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(world.cwd, name);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, text);
  }
  await writePage(join(world.cwd, "web", "dist"), entry);
  for (const words of ["pull", "auth apply --confirm-dangerous"]) {
    const { code, err } = await world.say(...words.split(" "));
    if (code !== 0) throw new Error(`${words} ended with ${code}: ${err}`);
  }
  const { code, out, err } = await world.say("deploy", "--skip-web", "--json");
  const { url } = code === 0 ? JSON.parse(out) : { url: null };
  if (!url) throw new Error(`deploy ended with ${code}: ${out}${err}`);
  return url;
}

/** What the log has with a text in it; waits until it is there. */
export async function logged(world: ProgramWorld, text: string): Promise<string> {
  const { out, err } = await world.say(
    ...["log", "tail", "--json", "--since", "10m", "--search", text, "--expect", text],
    ...["--for", "20s"],
  );
  const line = out.split("\n").find((it) => it.includes(text) && it.includes('"message"'));
  if (!line) throw new Error(`The log does not have "${text}": ${out}${err}`);
  return JSON.parse(line).message;
}
