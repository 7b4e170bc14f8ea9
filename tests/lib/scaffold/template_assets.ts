import { join, relative } from "@std/path";
import { COMMANDS } from "../../../commands/mod.ts";
import type { Assets } from "../../../lib/ports/assets.ts";
import { agentTable, fillCommandTables } from "../../../scripts/command_tables.ts";
import { ROOT } from "../../support/fixtures.ts";

/** The asset `templates.json`, made from the files of the checkout as the build makes it. */
export function templateAssets(): Assets {
  const root = join(ROOT, "templates");
  const read = (folder: string): [string, string][] =>
    [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
      const path = join(folder, name);
      if (isDirectory) return read(path);
      const text = fillCommandTables(Deno.readTextFileSync(path), agentTable(COMMANDS), true);
      return [[relative(root, path).replaceAll("\\", "/"), text]];
    });
  return assetsOf(Object.fromEntries(read(root)));
}

/** The asset `templates.json` with this content. */
export function assetsOf(templates: Record<string, string | { base64: string }>): Assets {
  return {
    text: (name) => {
      if (name !== "templates.json") throw new Error(`Unexpected asset ${name}`);
      return Promise.resolve(JSON.stringify(templates));
    },
    bytes: (name) => Promise.reject(new Error(`Unexpected asset ${name}`)),
    file: (name) => Promise.reject(new Error(`Unexpected asset ${name}`)),
  };
}
