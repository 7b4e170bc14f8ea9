import { basename } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { withLock } from "../../../project/lock.ts";
import type { Project } from "../../../project/project.ts";
import type { Secrets } from "../../platform.ts";
import type { AskedSecrets, AskOptions } from "../../secret_page.ts";
import { localPaths } from "../paths.ts";
import { stateFolder } from "../../../state_folder.ts";
import { servePage } from "./serve.ts";
import { spawnPage } from "./spawn.ts";

/** How long a page waits when nobody said how long, ms (decision 10). */
const LIFETIME = 600_000;

/** The local way of `askForSecrets` (`lib/platform/secret_page.ts`). */
export async function askOnLocalPage(
  system: System,
  project: Project,
  secrets: Secrets,
  { keys, wait, lifetime, onPage }: AskOptions,
): Promise<AskedSecrets> {
  const expiresAt = system.clock.now() + (lifetime ?? LIFETIME);
  const expect = (until: number) =>
    withLock(system, project, "secret set", () => secrets.expect(keys, until));
  const asked: AskedSecrets = {
    keys,
    state: "pending",
    url: null,
    expiresAt: new Date(expiresAt).toISOString(),
  };
  const job = { project: basename(project.root), keys, expiresAt };
  await expect(expiresAt);
  if (!wait) {
    const order = {
      ...job,
      controlFile: localPaths(project).control,
      stateFolder: stateFolder(system.env),
    };
    try {
      return { ...asked, url: await spawnPage(system, order) };
    } catch (error) {
      await expect(system.clock.now());
      throw error;
    }
  }
  const page = servePage(job, (values) => secrets.seal(values), system.clock, system.signal);
  onPage({ ...asked, url: page.url });
  const outcome = await page.done;
  if (outcome !== "closed") return { ...asked, state: outcome };
  await secrets.expect(keys, system.clock.now());
  throw new Failure(
    "cancelled",
    "CANCELLED",
    `Cancelled; nothing was stored for ${keys.join(", ")}`,
  );
}
