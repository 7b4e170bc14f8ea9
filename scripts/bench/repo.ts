import { cp } from "node:fs/promises";
import { dirname, join } from "@std/path";
import { runCommand } from "./run_command.ts";
import type { CheckTools } from "./check.ts";

/**
 * The size of the largest open case: 71 TypeScript files of the server with 240 KB, 83 routes, 21 tables
 * in 25 migrations, 11 relations, 3 buckets, 11 keys.
 */
const SIZE = { files: 61, routes: 83, tables: 21, migrations: 25, relations: 11, bytes: 240_000 };
/** All of them vars: a secret is entered by a person. */
const VARS = Array.from({ length: 11 }, (_, index) => `API_KEY_${index}`);
const BUCKETS = ["attachments", "tool-artifacts", "tool-sources"];

/** What `tsc` needs besides the peers. */
export interface RepoTools extends CheckTools {
  /** Where the fixtures' `node_modules` lies: hono, drizzle-orm, typescript. */
  fixtures: string;
}

/** `check-repo`: everything that `check` looks at, against the type check alone of the same tree. */
export async function repoSides({ ours, root, fixtures }: RepoTools) {
  await writeRepo(root, fixtures);
  await runCommand([...ours, "pull", "--project", root], root);
  for (let step = 1; step <= SIZE.migrations; step++) {
    await Deno.writeTextFile(join(root, "server/src/defs/db_schema.ts"), schemaOf(step));
    await runCommand([...ours, "db", "generate", "--project", root], root);
  }
  await Deno.writeTextFile(
    join(root, "server/src/defs/db_relations.ts"),
    relationsOf(SIZE.relations),
  );
  await runCommand([...ours, "db", "migrate", "--project", root], root);
  await runCommand([...ours, "storage", "apply", "--project", root], root);
  await runCommand(
    [...ours, "var", "set", ...VARS.map((key) => `${key}=x`), "--project", root],
    root,
  );
  const check = [...ours, "check", "--json", "--project", root];
  const { findings } = JSON.parse(await runCommand(check, root));
  if (findings.length > 0) throw new Error(`The tree is not in order: ${JSON.stringify(findings)}`);
  const files = await count(join(root, "server", "src"));
  return {
    ours: {
      label: `edgespark check, ${files.files} files, ${files.bytes} bytes`,
      command: check,
      cwd: root,
    },
    theirs: {
      label: "tsc 5.9.3 --noEmit under Node",
      command: ["node", join(fixtures, "node_modules/typescript/lib/tsc.js"), "--noEmit"],
      cwd: join(root, "server"),
    },
  };
}

async function writeRepo(root: string, fixtures: string): Promise<void> {
  await Deno.remove(root, { recursive: true }).catch(() => {});
  const write = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  };
  await write("edgespark.toml", '[server]\npath = "server"\n');
  await write("server/package.json", '{"private":true,"type":"module"}\n');
  await write("server/tsconfig.json", TSCONFIG);
  // The app is bundled too, and what lies outside of a project is not.
  for (const name of ["hono", "drizzle-orm"]) {
    const place = join("node_modules", name);
    await cp(join(fixtures, place), join(root, "server", place), { recursive: true });
  }
  const defs = "server/src/defs";
  await write(`${defs}/index.ts`, BARREL);
  await write(`${defs}/runtime.ts`, keysOf());
  await write(`${defs}/storage_schema.ts`, bucketsOf());
  const share = Math.round((SIZE.bytes - 12_000) / SIZE.files);
  for (let index = 0; index < SIZE.files; index++) {
    await write(`server/src/routes/part_${index}.ts`, partOf(index, share));
  }
  const names = Array.from({ length: SIZE.files }, (_, index) => index);
  await write(
    "server/src/index.ts",
    `import { Hono } from "hono";\n${
      names.map((n) => `import { part${n} } from "./routes/part_${n}";\n`).join("")
    }const app = new Hono();\n${
      names.map((n) => `part${n}(app);\n`).join("")
    }export default app;\n`,
  );
}

/** Each step adds a table; the last ones a column each. */
function schemaOf(step: number): string {
  const tables = Math.min(step, SIZE.tables);
  return `import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n` +
    Array.from({ length: tables }, (_, n) => `
export const items${n} = sqliteTable("items_${n}", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  title: text("title").notNull(),
  body: text("body"),
  owner: text("owner").notNull(),
  state: text("state").notNull().default("new"),
  position: integer("position").notNull().default(0),${
      n < step - SIZE.tables ? '\n  note: text("note"),' : ""
    }
  createdAt: integer("created_at", { mode: "timestamp" }),
}, (table) => [index("items_${n}_owner_idx").on(table.owner)]);
`).join("");
}

function relationsOf(relations: number): string {
  const names = Array.from({ length: relations }, (_, n) => n);
  return `import { relations } from "drizzle-orm";
import { ${names.map((n) => `items${n}`).join(", ")}, items20 } from "./db_schema";
${
    names.map((n) =>
      `export const items${n}Relations = relations(items${n}, ({ one }) => ({ last: one(items20, { fields: [items${n}.position], references: [items20.id] }) }));\n`
    ).join("")
  }`;
}

function keysOf(): string {
  const union = (keys: string[]) => keys.map((key) => `"${key}"`).join(" | ");
  return `export type VarKey = ${union(VARS)};\nexport type SecretKey = never;\n`;
}

function bucketsOf(): string {
  return `import type { BucketDef } from "@sdk/server-types";\n` +
    BUCKETS.map((name, n) =>
      `export const bucket${n}: BucketDef<"${name}"> = { bucket_name: "${name}", description: "Files" };\n`
    ).join("");
}

/** One file with its routes, and helpers of the kind that fill real files, up to the wanted size. */
function partOf(n: number, bytes: number): string {
  const table = `items${n % SIZE.tables}`;
  const routes = n < SIZE.routes - SIZE.files ? [0, 1] : [0];
  let text = `import { ${table}, buckets } from "@defs";
import { desc, eq } from "drizzle-orm";
import { db, storage, vars } from "edgespark";
import { auth } from "edgespark/http";
import type { Hono } from "hono";

export function part${n}(app: Hono) {
${
    routes.map((route) =>
      `  app.get("/api/part${n}/${route}", async (c) => {
    if (!auth.isAuthenticated()) return c.json({ error: "Sign in first" }, 401);
    const rows = await db.select().from(${table}).where(eq(${table}.owner, auth.user.id)).orderBy(desc(${table}.id));
    const base = vars.get("${VARS[n % VARS.length]}") ?? "";
    const key = vars.get("${VARS[(n + 1) % VARS.length]}") ?? "";
    const file = await storage.from(buckets.bucket${n % BUCKETS.length}).head(\`part/\${base}\`);
    return c.json({ rows: rows.map(describe0), keyed: key.length > 0, size: file?.size ?? 0 });
  });
`
    ).join("")
  }}
`;
  for (let helper = 0; text.length < bytes; helper++) {
    text += `
interface Options${helper} { limit?: number; prefix: string; tags: readonly string[] }

function describe${helper}(row: typeof ${table}.$inferSelect, options: Partial<Options${helper}> | number = {}) {
  const settings: Options${helper} = typeof options === "number"
    ? { limit: options, prefix: "", tags: [] }
    : { prefix: "item", tags: ["a", "b"], ...options };
  const words = row.title.split(/\\s+/).filter((word) => word.length > ${
      helper % 5
    }).slice(0, settings.limit);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { id: row.id, label: \`\${settings.prefix}-\${words.join("-")}\`, counts: Object.fromEntries(counts) };
}
`;
  }
  return text;
}

const BARREL = `import * as tables from "./db_schema";
import * as rels from "./db_relations";
import * as sysTables from "../__generated__/sys_schema";
import * as sysRels from "../__generated__/sys_relations";
export * from "./db_schema";
export * from "./db_relations";
export * from "../__generated__/sys_schema";
export * from "../__generated__/sys_relations";
export * as buckets from "./storage_schema";
export type { SecretKey, VarKey } from "./runtime";
export const drizzleSchema = { ...tables, ...rels, ...sysTables, ...sysRels };
`;

const TSCONFIG = JSON.stringify({
  compilerOptions: {
    target: "ESNext",
    module: "ESNext",
    lib: ["ESNext", "DOM"],
    types: [],
    moduleResolution: "bundler",
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    paths: {
      "@defs": ["./src/defs/index.ts"],
      "@sdk/server-types": ["./src/__generated__/server-types.d.ts"],
      "edgespark": ["./src/__generated__/edgespark.d.ts"],
      "edgespark/*": ["./src/__generated__/edgespark.d.ts"],
    },
  },
  include: ["src/**/*"],
});

async function count(folder: string): Promise<{ files: number; bytes: number }> {
  const sum = { files: 0, bytes: 0 };
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    const inner = isDirectory
      ? await count(path)
      : { files: 1, bytes: (await Deno.stat(path)).size };
    sum.files += inner.files;
    sum.bytes += inner.bytes;
  }
  return sum;
}
