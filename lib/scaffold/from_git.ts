import { join } from "@std/path";
import { TEMPLATE_LIMITS } from "../archive/limits.ts";
import { readArchive } from "../archive/read_archive.ts";
import type { System } from "../ports/system.ts";
import { exportRepository } from "../tools/git_export.ts";
import { isLeftOut } from "./left_out.ts";
import type { TemplateSource } from "./source.ts";
import { pickTemplate, refuseLarge, type Template } from "./template.ts";

/**
 * A template out of a git repository. git gets the one commit and writes it as an archive, which is
 * read like any other: nothing is checked out, so no hook and no filter runs.
 *
 * @param scratch a folder that may be made, and is removed again
 */
export async function fromGit(
  system: System,
  { url, dir, ref }: Extract<TemplateSource, { kind: "git" }>,
  scratch: string,
): Promise<Template> {
  const name = `\`${url}\``;
  const archive = join(scratch, "template.tar");
  try {
    await exportRepository(system, { url, ref, scratch: join(scratch, "repository"), archive });
    const info = await system.files.info(archive);
    if ((info?.size ?? 0) > TEMPLATE_LIMITS.unpacked) refuseLarge(name, TEMPLATE_LIMITS.unpacked);
    const bytes = await system.files.read(archive) as Uint8Array<ArrayBuffer>;
    // A tar is as large as what it holds.
    const limits = { ...TEMPLATE_LIMITS, packed: TEMPLATE_LIMITS.unpacked };
    const read = await readArchive(
      new Blob([bytes]).stream(),
      name,
      limits,
      (path) => !isLeftOut(path),
    );
    return pickTemplate({ ...read, name }, dir);
  } finally {
    await system.files.remove(scratch);
  }
}
