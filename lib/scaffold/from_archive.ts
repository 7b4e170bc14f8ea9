import { TEMPLATE_LIMITS } from "../archive/limits.ts";
import { type Archive, readArchive } from "../archive/read_archive.ts";
import type { System } from "../ports/system.ts";
import { download } from "./download.ts";
import { isLeftOut } from "./left_out.ts";
import type { TemplateSource } from "./source.ts";
import { pickTemplate, type Template, withoutTop } from "./template.ts";

/** Where GitHub hands out archives. `EDGESPARK_GITHUB_ARCHIVES` names a mirror. */
const GITHUB_ARCHIVES = "https://codeload.github.com";

/** A template out of an archive on this machine or behind an address. */
export async function fromAddress(system: System, url: string): Promise<Template> {
  const name = `\`${url}\``;
  const archive = await download(
    system,
    url,
    (bytes) => readArchive(bytes, name, TEMPLATE_LIMITS, (path) => !isLeftOut(path)),
  );
  return templateIn(archive, name);
}

/** The one template in an archive: at its top, or in the one folder that holds everything. */
export function templateIn(archive: Archive, name: string): Template {
  const isTop = archive.files.some(({ path }) => path === "edgespark.toml");
  const found = { ...archive, name };
  return pickTemplate(isTop ? found : withoutTop(found), null);
}

/** A repository of GitHub, or a folder of it, without git and without an account. */
export async function fromGitHub(
  system: System,
  { owner, repo, dir, ref }: Extract<TemplateSource, { kind: "github" }>,
): Promise<Template> {
  const base = system.env.get("EDGESPARK_GITHUB_ARCHIVES")?.replace(/\/$/, "") || GITHUB_ARCHIVES;
  const name = `\`github:${owner}/${repo}\``;
  const address = `${base}/${owner}/${repo}/tar.gz/${encodeURI(ref ?? "HEAD")}`;
  // Everything lies in one folder, `<repo>-<commit>/`. Of a large repository only what is asked for is
  // kept, and where else templates lie.
  const wanted = (path: string) => {
    const inner = path.slice(path.indexOf("/") + 1);
    return !isLeftOut(inner) &&
      (dir === null || inner.startsWith(`${dir}/`) || /^[^/]+\/edgespark\.toml$/.test(inner));
  };
  const archive = await download(
    system,
    address,
    (bytes) => readArchive(bytes, name, TEMPLATE_LIMITS, wanted),
  );
  return pickTemplate(withoutTop({ ...archive, name }), dir);
}
