import { join } from "@std/path";
import type { System } from "../ports/system.ts";
import { moveIntoPlace } from "./move_into_place.ts";

/** A draft that nobody has written to for so long was left by a killed process, ms. */
const ABANDONED = 10 * 60_000;

/** A project on its way: hidden beside its place, and there whole or not at all. */
export interface Draft {
  /** The folder to write into. Absolute. */
  folder: string;
  /** A folder of its own for whatever is needed meanwhile; it need not exist. */
  scratch: string;
}

/**
 * Runs `build` with a draft of `parent/name`, then moves the draft to its place in one step. Whatever
 * goes wrong, the draft is gone; what a killed process left of an earlier one goes first.
 *
 * @returns false when something else stands in that place by now.
 */
export async function withDraft(
  system: System,
  parent: string,
  name: string,
  build: (draft: Draft) => Promise<void>,
): Promise<boolean> {
  await sweep(system, parent, name);
  const id = crypto.randomUUID();
  const draft = {
    folder: join(parent, `.${name}.${id}.tmp`),
    scratch: join(parent, `.${name}.${id}.git.tmp`),
  };
  try {
    await build(draft);
    system.signal.throwIfAborted();
    const moved = await moveIntoPlace(draft.folder, join(parent, name));
    if (!moved) await remove(system, draft);
    return moved;
  } catch (error) {
    await remove(system, draft);
    throw error;
  }
}

async function remove(system: System, { folder, scratch }: Draft): Promise<void> {
  await system.files.remove(scratch);
  await system.files.remove(folder);
}

async function sweep(system: System, parent: string, name: string): Promise<void> {
  for (const entry of await system.files.list(parent)) {
    if (entry.kind !== "folder" || !isDraft(entry.name, name)) continue;
    const path = join(parent, entry.name);
    const modified = (await system.files.info(path))?.modified ?? Infinity;
    if (system.clock.now() - modified > ABANDONED) await system.files.remove(path);
  }
}

function isDraft(entry: string, name: string): boolean {
  const rest = entry.startsWith(`.${name}.`) ? entry.slice(name.length + 2) : "";
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(\.git)?\.tmp$/.test(rest);
}
