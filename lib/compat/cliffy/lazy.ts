// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** Commands that are imported when they are first needed. */
import type { Command } from "./command.ts";
import { STATE, takePlace } from "./state.ts";

/** The subcommand of that name or alias, imported if need be. */
export async function loadCommand(
  parent: Command<any>,
  name: string | undefined,
): Promise<Command<any> | undefined> {
  const found = name === undefined ? undefined : parent.getCommand(name, true);
  const { commands, loaders } = parent[STATE];
  const load = found && loaders.get(found);
  if (!found || !load) return found;
  const module = await load();
  const loaded = "default" in module && !(STATE in module) ? module.default : module;
  takePlace((loaded as Command<any>)[STATE], found[STATE]);
  loaders.delete(found);
  commands.set(found.getName(), loaded as Command<any>);
  return loaded as Command<any>;
}

/**
 * Imports the subcommands that a help page could say nothing about. Those with a description stay
 * unloaded, so that help starts fast (the real Cliffy imports them all).
 */
export async function loadUndescribed(parent: Command<any>): Promise<void> {
  const bare = parent.getCommands(true).filter((command) => command.getDescription() === "");
  await Promise.all(bare.map((command) => loadCommand(parent, command.getName())));
}
