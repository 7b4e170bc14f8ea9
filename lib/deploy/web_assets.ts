import { join } from "@std/path";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";

/**
 * The files of a web build: path below its root, with forward slashes, to absolute path. Links are left
 * out, and said: they could point at anything on this machine.
 */
export async function listAssets(
  system: System,
  root: string,
): Promise<{ assets: Map<string, string>; findings: Finding[] }> {
  const assets = new Map<string, string>();
  const findings: Finding[] = [];
  const walk = async (folder: string, prefix: string): Promise<void> => {
    for (const { name, kind } of await system.files.list(folder)) {
      const path = prefix + name;
      if (kind === "folder") await walk(join(folder, name), `${path}/`);
      else if (kind === "file") assets.set(path, join(folder, name));
      else {findings.push({
          code: "ASSET_LEFT_OUT",
          severity: "warning",
          file: null,
          line: null,
          message: `\`${path}\` of the web build is no plain file and was left out`,
          fix: "Copy the file instead of linking it",
        });}
    }
  };
  await walk(root, "");
  return { assets, findings };
}
