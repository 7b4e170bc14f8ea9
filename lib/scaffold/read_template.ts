import type { System } from "../ports/system.ts";
import type { TemplateSource } from "./source.ts";
import type { Template } from "./template.ts";
import { builtInFiles } from "./templates.ts";

/**
 * Reads a template, wherever it lies, into memory. Nothing of it is run and nothing of it is written.
 * The network is used for the two kinds that need it.
 *
 * @param scratch a folder that may be made while git works
 */
export async function readTemplate(
  system: System,
  source: TemplateSource,
  scratch: string,
): Promise<Template> {
  if (source.kind === "built-in") {
    return { files: await builtInFiles(system.assets, source.name), skipped: [] };
  }
  if (source.kind === "git") {
    return await (await import("./from_git.ts")).fromGit(system, source, scratch);
  }
  if (source.kind === "path") {
    return await (await import("./from_folder.ts")).fromPath(system, source.path, scratch);
  }
  const { fromAddress, fromGitHub } = await import("./from_archive.ts");
  return source.kind === "url"
    ? await fromAddress(system, source.url)
    : await fromGitHub(system, source);
}
