import { join } from "@std/path";

/** A project with many tables, for both sides of a row. */
export interface BenchProject {
  root: string;
  schema: string;
  theirOut: string;
  /** Removes what the last run wrote. */
  reset(): Promise<void>;
}

/** Writes a project with `tables` tables into a folder; drizzle-orm comes from the peers. */
export async function benchProject(
  root: string,
  tables: number,
  peers: string,
): Promise<BenchProject> {
  await Deno.remove(root, { recursive: true }).catch(() => {});
  const defs = join(root, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), '[server]\npath = "server"\n');
  await Deno.writeTextFile(join(root, "package.json"), '{"private":true,"type":"module"}\n');
  await Deno.symlink(join(peers, "node_modules"), join(root, "node_modules"));
  const schema = join(defs, "db_schema.ts");
  await Deno.writeTextFile(schema, schemaOf(tables));
  await Deno.writeTextFile(join(defs, "index.ts"), 'export * from "./db_schema";\n');
  const theirOut = join(root, "theirs");
  return {
    root,
    schema,
    theirOut,
    async reset() {
      for (const path of [theirOut, join(root, "server", "drizzle")]) {
        await Deno.remove(path, { recursive: true }).catch(() => {});
      }
    },
  };
}

function schemaOf(tables: number): string {
  const head = 'import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n';
  return head + Array.from({ length: tables }, (_, index) => table(index)).join("");
}

function table(index: number): string {
  const parent = index === 0
    ? ""
    : `\n  parentId: integer("parent_id").references(() => t${
      index - 1
    }.id, { onDelete: "cascade" }),`;
  return `
export const t${index} = sqliteTable("table_${index}", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  name: text("name").notNull(),
  slug: text("slug").notNull().unique(),
  done: integer("done", { mode: "boolean" }).notNull().default(false),${parent}
  createdAt: integer("created_at", { mode: "timestamp" }).notNull(),
}, (t) => [index("table_${index}_name_idx").on(t.name)]);
`;
}
