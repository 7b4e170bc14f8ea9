import { join } from "@std/path";

/** What the row is measured on. */
export interface DryRunTools {
  /** The command line of ours, without arguments. */
  ours: string[];
  /** Where the peers' `node_modules` lies. */
  peers: string;
  deno: string;
  root: string;
}

/** How many routers the app has, each with five routes and a table. */
const ROUTERS = 12;
const PACKAGES = { "hono": "4.13.19", "drizzle-orm": "0.45.4" };

/**
 * `dry-run`: the same app, with `hono` and `drizzle-orm` from npm, for both. Neither checks types: the
 * project has no TypeScript, and wrangler never does. Ours also compares declarations, migrations and
 * environment, and evaluates the app in the sandbox for its routes; wrangler bundles and prints bindings.
 */
export async function dryRunSides({ ours, peers, deno, root }: DryRunTools) {
  await writeApp(root);
  for (const words of [["pull"], ["db", "generate"], ["db", "migrate"]]) {
    const { success } = await new Deno.Command(ours[0]!, {
      args: [...ours.slice(1), ...words, "--project", root],
      cwd: root,
      stdout: "null",
    }).output();
    if (!success) throw new Error(`\`${words.join(" ")}\` failed`);
  }
  return {
    ours: {
      label: "edgespark deploy --dry-run, sandbox and preflight on, no TypeScript installed",
      command: [...ours, "deploy", "--dry-run", "--json", "--project", root],
      cwd: root,
    },
    theirs: {
      label: "wrangler 4.164.0 deploy --dry-run under Deno 2.9.6",
      command: [
        ...[deno, "run", "-A", "--quiet", join(peers, "node_modules/wrangler/bin/wrangler.js")],
        ...["deploy", "--dry-run", "--outdir", join(root, "theirs"), "--config", "wrangler.json"],
      ],
      cwd: join(root, "server"),
    },
  };
}

async function writeApp(root: string): Promise<void> {
  const server = join(root, "server");
  const source = join(server, "src");
  await Deno.mkdir(join(source, "defs"), { recursive: true });
  const names = Array.from({ length: ROUTERS }, (_, index) => `part${index}`);
  const manifest = JSON.stringify({ private: true, type: "module", dependencies: PACKAGES });
  const files: Record<string, string> = {
    [join(root, "edgespark.toml")]: '[server]\npath = "server"\n',
    [join(server, "package.json")]: manifest,
    [join(server, "wrangler.json")]: JSON.stringify({
      name: "bench",
      main: "src/index.ts",
      compatibility_date: "2026-01-01",
      compatibility_flags: ["nodejs_compat"],
      alias: { edgespark: "./sdk.ts" },
    }),
    [join(server, "sdk.ts")]: "export const db: any = {};\n",
    [join(source, "defs", "db_schema.ts")]: names.map(table).join(""),
    [join(source, "defs", "index.ts")]:
      'import * as tables from "./db_schema";\nexport * from "./db_schema";\nexport const drizzleSchema = { ...tables };\n',
    [join(source, "defs", "runtime.ts")]:
      "export type VarKey = never;\nexport type SecretKey = never;\n",
    [join(source, "index.ts")]: index(names),
    ...Object.fromEntries(names.map((name) => [join(source, `${name}.ts`), router(name)])),
  };
  for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(path, text);
  const marker = join(server, "node_modules", "installed.json");
  if (await Deno.readTextFile(marker).catch(() => "") === manifest) return;
  const { success } = await new Deno.Command("npm", {
    args: ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
    cwd: server,
    stdout: "null",
  }).output();
  if (!success) throw new Error("`npm install` failed");
  await Deno.writeTextFile(marker, manifest);
}

function table(name: string, index: number): string {
  const head = index === 0
    ? 'import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n'
    : "";
  return `${head}export const ${name} = sqliteTable("${name}", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
});
`;
}

function router(name: string): string {
  return `import { eq } from "drizzle-orm";
import { Hono } from "hono";
import { db } from "edgespark";
import { ${name} } from "./defs";

export default new Hono()
  .get("/", async (c) => c.json(await db.select().from(${name})))
  .get("/:id{[0-9]+}", async (c) => c.json(await db.select().from(${name}).where(eq(${name}.id, Number(c.req.param("id"))))))
  .post("/", async (c) => c.json(await db.insert(${name}).values(await c.req.json()).returning(), 201))
  .put("/:id{[0-9]+}", async (c) => c.json(await db.update(${name}).set(await c.req.json()).where(eq(${name}.id, Number(c.req.param("id"))))))
  .delete("/:id{[0-9]+}", async (c) => c.json(await db.delete(${name}).where(eq(${name}.id, Number(c.req.param("id"))))));
`;
}

function index(names: string[]): string {
  return `import { Hono } from "hono";
import { cors } from "hono/cors";
import { logger } from "hono/logger";
${names.map((name) => `import ${name} from "./${name}";`).join("\n")}

const app = new Hono();
app.use("*", logger());
app.use("/api/public/*", cors());
${
    names.map((name, index) =>
      `app.route("/api/${index % 3 === 0 ? "public/" : ""}${name}", ${name});`
    ).join("\n")
  }
export default app;
`;
}
