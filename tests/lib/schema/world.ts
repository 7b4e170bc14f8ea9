import { join, toFileUrl } from "@std/path";
import { generateSQLiteDrizzleJson } from "drizzle-kit/api";
import { openProject, type Project } from "../../../lib/project/project.ts";
import type { DeclaredSchema } from "../../../lib/schema/declared.ts";
import {
  generateMigration,
  type GenerateOptions,
  type GenerateResult,
} from "../../../lib/schema/generate.ts";
import type { SchemaBody } from "../../../lib/schema/snapshot.ts";
import { fixtureModules } from "../../support/fixtures.ts";
import { testSystem } from "../../support/system.ts";

/** A project in a temporary folder, with the schema that a test gives it. */
export interface World extends AsyncDisposable {
  system: ReturnType<typeof testSystem>;
  project: Project;
  /** Replaces `db_schema.ts`; the imports from drizzle-orm are added. */
  declare(schema: string): Promise<void>;
  /** `db generate`, with stock drizzle-kit as the reader of the schema. */
  generate(options?: GenerateOptions): Promise<GenerateResult>;
  read(): Promise<DeclaredSchema>;
  text(path: string): Promise<string>;
  write(path: string, text: string): Promise<void>;
  /** The real drizzle-kit on the same files, under Node's stand-in Deno: what it said. */
  kit(...args: string[]): Promise<{ code: number; out: string }>;
  /** Every file under `server/drizzle`, by path. */
  migrationFiles(): Promise<Record<string, string>>;
}

const HEAD = `import { sql } from "drizzle-orm";
import { blob, check, customType, foreignKey, index, integer, numeric, primaryKey, real, sqliteTable, sqliteView, text, unique, uniqueIndex } from "drizzle-orm/sqlite-core";
import { relations } from "drizzle-orm";
`;

/** Makes a project. */
export async function world(schema = ""): Promise<World> {
  const root = await Deno.makeTempDir({ prefix: "edgespark-schema-" });
  await Deno.mkdir(join(root, "server", "src", "defs"), { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), "");
  const system = testSystem({ cwd: root });
  const project = await openProject(system, root);
  const file = join(project.defs, "db_schema.ts");
  let version = 0;
  const read = async (): Promise<DeclaredSchema> => {
    const exports = await import(`${toFileUrl(file).href}?${version}`);
    const json = await generateSQLiteDrizzleJson(exports);
    const { id: _id, prevId: _prevId, ...snapshot } = JSON.parse(JSON.stringify(json));
    const tableNames = Object.keys(snapshot.tables);
    return {
      snapshot: snapshot as SchemaBody,
      tableNames,
      relations: 0,
      sources: ["server/src/defs/db_schema.ts"],
    };
  };
  const made: World = {
    system,
    project,
    read,
    async declare(text) {
      version++;
      await Deno.writeTextFile(file, HEAD + text);
    },
    generate: (options = {}) => generateMigration(system, project, options, read),
    text: (path) => Deno.readTextFile(join(root, path)),
    async write(path, text) {
      await Deno.mkdir(join(root, path, ".."), { recursive: true });
      await Deno.writeTextFile(join(root, path), text);
    },
    async kit(...args) {
      const modules = join(root, "node_modules");
      await Deno.symlink(join(fixtureModules(), "node_modules"), modules).catch(() => {});
      const bin = join(modules, "drizzle-kit", "bin.cjs");
      const command = new Deno.Command("node", {
        args: [bin, ...args],
        cwd: root,
        stdin: "null",
        stdout: "piped",
        stderr: "piped",
        env: { NO_COLOR: "1" },
      });
      const { code, stdout, stderr } = await command.output();
      const decoder = new TextDecoder();
      return { code, out: decoder.decode(stdout) + decoder.decode(stderr) };
    },
    async migrationFiles() {
      const files: Record<string, string> = {};
      for (const folder of ["server/drizzle", "server/drizzle/meta"]) {
        for (const entry of await system.files.list(join(root, folder))) {
          if (entry.kind === "file") {
            files[`${folder}/${entry.name}`] = await Deno.readTextFile(
              join(root, folder, entry.name),
            );
          }
        }
      }
      return files;
    },
    async [Symbol.asyncDispose]() {
      await Deno.remove(root, { recursive: true });
    },
  };
  await made.declare(schema);
  return made;
}

/** Arguments for the real `drizzle-kit generate`. */
export const KIT_GENERATE = [
  "generate",
  "--dialect",
  "sqlite",
  "--schema",
  "server/src/defs/db_schema.ts",
  "--out",
  "server/drizzle",
];
