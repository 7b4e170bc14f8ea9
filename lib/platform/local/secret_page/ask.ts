import { basename } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { withLock } from "../../../project/lock.ts";
import type { Project } from "../../../project/project.ts";
import { stateFolder } from "../../../state_folder.ts";
import type { Secrets } from "../../platform.ts";
import type { AskedSecrets, AskOptions } from "../../secret_page.ts";
import { localPaths } from "../paths.ts";
import { type SpawnedPage, spawnPage } from "./spawn.ts";

/** The local way of `askForSecrets` (`lib/platform/secret_page.ts`): a page in a process of its own. */
export async function askOnLocalPage(
  system: System,
  project: Project,
  secrets: Secrets,
  { keys, wait, lifetime, address, onPage }: AskOptions,
): Promise<AskedSecrets> {
  const expect = (until: number) =>
    withLock(system, project, "secret set", () => secrets.expect(keys, until));
  const present = await secrets.list();
  // Fails here, before a page opens, when there is no folder for keys.
  await expect(system.clock.now() + lifetime);
  const page = await spawnPage(system, {
    project: basename(project.root),
    folder: project.root,
    keys,
    replaces: keys.filter((key) => present.some((row) => row.key === key && row.state === "set")),
    lifetime,
    address,
    controlFile: localPaths(project).control,
    stateFolder: stateFolder(system.env),
  }).catch(async (error) => {
    await expect(system.clock.now());
    throw error;
  });
  // The page counts from when it is there.
  await expect(page.expiresAt);
  const asked: AskedSecrets = {
    keys,
    state: "pending",
    url: page.url,
    expiresAt: new Date(page.expiresAt).toISOString(),
  };
  if (wait === null) {
    page.leave();
    return asked;
  }
  onPage(asked);
  const outcome = await outcomeWithin(system, page, wait);
  if (outcome === "cancelled") {
    await expect(system.clock.now());
    throw new Failure(
      "cancelled",
      "CANCELLED",
      `Cancelled; nothing was stored for ${keys.join(", ")}`,
    );
  }
  return outcome === "pending" ? asked : { ...asked, state: outcome, url: null };
}

/** Waits for the page as long as is wanted; an interrupt closes it. */
async function outcomeWithin(
  system: System,
  page: SpawnedPage,
  wait: number,
): Promise<"set" | "expired" | "pending" | "cancelled"> {
  const { signal } = system;
  const late = new AbortController();
  const cancelled = Promise.withResolvers<"cancelled">();
  const cancel = () => cancelled.resolve("cancelled");
  if (signal.aborted) cancel();
  signal.addEventListener("abort", cancel, { once: true });
  // A wait that is as long as the page's life hears from the page itself how it ended.
  const waits = system.clock.now() + wait < page.expiresAt
    ? [system.clock.sleep(wait, late.signal).then(() => "pending" as const)]
    : [];
  for (const waiting of waits) waiting.catch(() => {});
  try {
    const outcome = await Promise.race([page.outcome(), cancelled.promise, ...waits]);
    if (outcome === "cancelled") page.kill();
    return outcome;
  } finally {
    late.abort();
    signal.removeEventListener("abort", cancel);
    page.leave();
  }
}
