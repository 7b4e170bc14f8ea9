import { dirname, join } from "@std/path";
import { ROOT } from "../esbuild_options.ts";

const SCHEMA = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const notes = sqliteTable("notes", {
  id: integer("id").primaryKey(),
  title: text("title").notNull(),
  body: text("body").notNull(),
});
`;

/** The same app twice; only where the database comes from differs. */
const app = (imports: string, db: string) =>
  `import { eq } from "drizzle-orm";
import { Hono } from "hono";
${imports}
const app = new Hono();
app.get("/api/public/notes/:id", async (c) => {
  const rows = await ${db}.select().from(notes).where(eq(notes.id, Number(c.req.param("id"))));
  return c.json(rows[0] ?? null);
});
export default app;
`;

const FILES: Record<string, string> = {
  "package.json": '{ "private": true, "type": "module" }\n',
  "edgespark.toml": 'project_id = "bench"\n',
  "server/package.json": '{ "name": "server", "private": true, "type": "module" }\n',
  "server/src/defs/index.ts":
    'export * from "./db_schema";\nimport * as schema from "./db_schema";\nexport const drizzleSchema = schema;\nexport type { SecretKey, VarKey } from "./runtime";\n',
  "server/src/defs/runtime.ts": "export type VarKey = never;\nexport type SecretKey = never;\n",
  "server/src/defs/db_schema.ts": SCHEMA,
  "server/src/index.ts": app(
    'import { db } from "edgespark";\nimport { notes } from "./defs/db_schema";',
    "db",
  ),
  "wrangler/src/db_schema.ts": SCHEMA,
  "wrangler/src/index.ts": app(
    'import { drizzle } from "drizzle-orm/d1";\nimport { notes } from "./db_schema";',
    "drizzle((c.env as never as { DB: D1Database }).DB)",
  ),
  "wrangler/wrangler.jsonc": JSON.stringify({
    name: "bench",
    main: "src/index.ts",
    compatibility_date: "2026-01-01",
    compatibility_flags: ["nodejs_compat"],
    d1_databases: [{
      binding: "DB",
      database_name: "bench",
      database_id: "00000000-0000-0000-0000-000000000001",
      migrations_dir: "../server/drizzle",
    }],
  }),
};

/** Writes the project; packages come from the peers and from this repository. */
export async function serveProject(root: string, peers: string): Promise<void> {
  await Deno.remove(root, { recursive: true }).catch(() => {});
  for (const [path, text] of Object.entries(FILES)) {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  }
  // Copies: a bundle takes nothing from outside its project.
  const modules = join(root, "node_modules");
  await Deno.mkdir(modules);
  for (
    const from of [join(peers, "node_modules", "drizzle-orm"), join(ROOT, "node_modules", "hono")]
  ) {
    const { code } = await new Deno.Command("cp", { args: ["-rL", from, modules] }).output();
    if (code !== 0) throw new Error(`Cannot copy ${from}`);
  }
}

/** The rows that both sides read. */
export const ROWS = Array.from(
  { length: 100 },
  (_, index) => `(${index + 1}, 'Note ${index + 1}', '${"text ".repeat(20)}')`,
).join(", ");
