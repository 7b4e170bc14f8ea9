import { isAbsolute, join } from "@std/path";
import { findCollision, pathProblem } from "../archive/entry_path.ts";
import { TEMPLATE_LIMITS } from "../archive/limits.ts";
import { readArchive } from "../archive/read_archive.ts";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { templateIn } from "./from_archive.ts";
import { fromGit } from "./from_git.ts";
import { isLeftOut } from "./left_out.ts";
import { pickTemplate, refuseLarge, type Template } from "./template.ts";

/** The absolute path of a source on this machine. */
export function pathOf(system: System, path: string): string {
  return isAbsolute(path) ? path : join(system.env.cwd, path);
}

/**
 * A template on this machine: a folder, an archive, or a bare git repository.
 *
 * @param scratch a folder that may be made, for git
 * @throws Failure TEMPLATE_NOT_FOUND (missing); those of what it is.
 */
export async function fromPath(system: System, path: string, scratch: string): Promise<Template> {
  const place = pathOf(system, path);
  const info = await system.files.info(place);
  if (info?.kind === "file") return await fromFile(system, place, info.size);
  if (info === null) throw missing(path);
  if (await isBareRepository(system, place)) {
    const source = { kind: "git" as const, url: place, dir: null, ref: null };
    return await fromGit(system, source, scratch);
  }
  return await fromFolder(system, place);
}

async function fromFile(system: System, path: string, size: number): Promise<Template> {
  const name = `\`${path}\``;
  if (size > TEMPLATE_LIMITS.packed) refuseLarge(name, TEMPLATE_LIMITS.packed);
  const bytes = await system.files.read(path) as Uint8Array<ArrayBuffer>;
  const stream = new Blob([bytes]).stream();
  const archive = await readArchive(stream, name, TEMPLATE_LIMITS, (entry) => !isLeftOut(entry));
  return templateIn(archive, name);
}

async function fromFolder(system: System, folder: string): Promise<Template> {
  const name = `\`${folder}\``;
  const found: Template & { name: string } = { files: [], skipped: [], name };
  let size = 0;
  const walk = async (below: string) => {
    for (const entry of await system.files.list(join(folder, below))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (isLeftOut(path)) continue;
      if (entry.kind === "folder") {
        await walk(path);
        continue;
      }
      const problem = pathProblem(path);
      if (problem) throw unsafe(name, path, problem);
      if (entry.kind !== "file") {
        found.skipped.push(path);
        continue;
      }
      system.signal.throwIfAborted();
      const info = await system.files.info(join(folder, path));
      size += info?.size ?? 0;
      const tooMany = found.files.length >= TEMPLATE_LIMITS.files;
      if (tooMany || size > TEMPLATE_LIMITS.unpacked) refuseLarge(name, TEMPLATE_LIMITS.unpacked);
      const content = await system.files.read(join(folder, path)) ?? new Uint8Array();
      found.files.push({ path, content, executable: info?.executable });
    }
  };
  await walk("");
  const collision = findCollision(found.files.map(({ path }) => path));
  if (collision) throw unsafe(name, collision[0], `elsewhere it is one with \`${collision[1]}\``);
  return pickTemplate(found, null);
}

/** Repositories without files beside them, as servers keep them. */
async function isBareRepository(system: System, folder: string): Promise<boolean> {
  const entries = await system.files.list(folder);
  const has = (name: string, kind: string) =>
    entries.some((entry) => entry.name === name && entry.kind === kind);
  return has("HEAD", "file") && has("objects", "folder") && has("refs", "folder");
}

function missing(path: string): Failure {
  const github = /^[\w-][\w.-]*\/[\w./-]+$/.test(path)
    ? `; for a repository on GitHub write \`--template github:${path}\``
    : "";
  return new Failure("missing", "TEMPLATE_NOT_FOUND", `There is nothing at \`${path}\``, {
    hint: `Check the path${github}`,
    details: { path },
  });
}

function unsafe(name: string, path: string, problem: string): Failure {
  return new Failure(
    "failed",
    "ARCHIVE_UNSAFE",
    `${name} holds a name that not every system can write: \`${
      JSON.stringify(path).slice(1, -1)
    }\`: ${problem}`,
    { hint: "Rename the file in the template", details: { path } },
  );
}
