/** Projects in drizzle-kit 1.0's folder format, with the real drizzle-kit 1.0 in them. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { fixtureModules } from "../../../support/fixtures.ts";

export const SCHEMA = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title").notNull() });
`;
/** Its first migration. */
export const FIRST = "20260101000000_first";

/** A project whose first migration was made by drizzle-kit 1.0 itself. */
export async function project(): Promise<{ cwd: string; declare(text: string): Promise<void> }> {
  const cwd = await Deno.makeTempDir({ prefix: "edgespark-folders-" });
  const server = join(cwd, "server"), schema = join(server, "src", "defs", "db_schema.ts");
  await Deno.mkdir(join(schema, ".."), { recursive: true });
  await Deno.writeTextFile(join(cwd, "edgespark.toml"), "");
  await Deno.symlink(
    join(fixtureModules("drizzle-1"), "node_modules"),
    join(server, "node_modules"),
  );
  const declare = (text: string) => Deno.writeTextFile(schema, text);
  await declare(SCHEMA);
  await Deno.writeTextFile(
    join(server, "config.mjs"),
    `export default { dialect: "sqlite", schema: "./src/defs/db_schema.ts", out: "./drizzle" };`,
  );
  const { code } = await new Deno.Command("node", {
    args: [
      join(server, "node_modules", "drizzle-kit", "bin.cjs"),
      ...["generate", "--config", "config.mjs", "--name", "first"],
    ],
    cwd: server,
    stdout: "null",
    stderr: "null",
  }).output();
  assert.equal(code, 0);
  const [made] = await folders(cwd);
  await Deno.rename(join(server, "drizzle", made!), join(server, "drizzle", FIRST));
  return { cwd, declare };
}

/** The migrations that lie there. */
export async function folders(cwd: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(join(cwd, "server", "drizzle")))).map(({ name }) =>
    name
  ).sort();
}
