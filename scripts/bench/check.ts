import { join } from "@std/path";
import { runCommand } from "./run_command.ts";

/** What the row is measured on. */
export interface CheckTools {
  /** The command line of ours, without arguments. */
  ours: string[];
  /** Where the peers' `node_modules` lies. */
  peers: string;
  root: string;
}

/**
 * `check-25`: 25 migrations that make 20 tables, all applied. Ours also evaluates the schema in the
 * sandbox, replays the history and compares the database; drizzle-kit looks at the snapshots alone.
 */
export async function checkSides({ ours, peers, root }: CheckTools) {
  const theirs = ["node", join(peers, "node_modules/drizzle-kit/bin.cjs")];
  await history(root, peers, theirs);
  const migrated = await runCommand([...ours, "db", "migrate", "--json", "--project", root], root);
  if (JSON.parse(migrated).applied.length !== 25) throw new Error(`Not 25 migrations: ${migrated}`);
  return {
    ours: {
      label: "edgespark db check, sandbox and database on",
      command: [...ours, "db", "check", "--json", "--project", root],
      cwd: root,
    },
    theirs: {
      label: "drizzle-kit 0.31.11 check under Node",
      command: [...theirs, "check", "--dialect=sqlite", "--out=server/drizzle"],
      cwd: root,
    },
  };
}

/** Twenty migrations that make a table each, and five that add a column, all by the real drizzle-kit. */
async function history(root: string, peers: string, kit: string[]): Promise<void> {
  const defs = join(root, "server", "src", "defs");
  const done = join(root, "server", "drizzle", "meta", "0024_snapshot.json");
  await Deno.remove(join(root, ".edgespark"), { recursive: true }).catch(() => {});
  if (await Deno.stat(done).then(() => true, () => false)) return;
  await Deno.remove(root, { recursive: true }).catch(() => {});
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), '[server]\npath = "server"\n');
  await Deno.writeTextFile(join(root, "package.json"), '{"private":true,"type":"module"}\n');
  await Deno.symlink(join(peers, "node_modules"), join(root, "node_modules"));
  await Deno.writeTextFile(join(defs, "index.ts"), 'export * from "./db_schema";\n');
  for (let step = 1; step <= 25; step++) {
    await Deno.writeTextFile(join(defs, "db_schema.ts"), schemaAt(step));
    await runCommand([
      ...kit,
      "generate",
      "--dialect=sqlite",
      "--schema=server/src/defs/db_schema.ts",
      "--out=server/drizzle",
    ], root);
  }
}

function schemaAt(step: number): string {
  const head = 'import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n';
  return head + Array.from({ length: Math.min(step, 20) }, (_, index) => {
    const extra = step > 20 && index < step - 20 ? `\n  note: text("note"),` : "";
    const parent = index === 0
      ? ""
      : `\n  parentId: integer("parent_id").references(() => t${index - 1}.id),`;
    return `
export const t${index} = sqliteTable("table_${index}", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique(),${parent}${extra}
  createdAt: integer("created_at", { mode: "timestamp" }).notNull(),
}, (t) => [index("table_${index}_name_idx").on(t.name)]);
`;
  }).join("");
}
