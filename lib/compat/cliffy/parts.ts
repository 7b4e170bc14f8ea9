// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** What a command can be asked about what it consists of: options, variables, types, subcommands. */
import type { Command } from "./command.ts";
import type { EnvVar, Option, TypeDef } from "./model.ts";
import { CommandNode } from "./node.ts";
import { STATE } from "./state.ts";
import { builtInTypes } from "./value_types.ts";

/** The parts of a command, its own and those it shares with its parents. */
export abstract class CommandParts extends CommandNode {
  /** Global options of the parents, then the command's own; `hidden` adds the hidden ones. */
  getOptions(hidden?: boolean): Option[] {
    return [...this.getGlobalOptions(hidden), ...this.getBaseOptions(hidden)];
  }

  /** The command's own options. */
  getBaseOptions(hidden?: boolean): Option[] {
    return this[STATE].options.filter((option) => hidden || !option.hidden);
  }

  /** Options that the parents declare for all below them. */
  getGlobalOptions(hidden?: boolean): Option[] {
    const names = new Set(this[STATE].options.map((option) => option.name));
    const found: Option[] = [];
    for (let above = this[STATE].parent; above; above = above[STATE].parent) {
      for (const option of above[STATE].options) {
        if (!option.global || names.has(option.name) || (option.hidden && !hidden)) continue;
        names.add(option.name);
        found.push(option);
      }
    }
    return found;
  }

  /** An option by its name or alias, without dashes. */
  getOption(name: string, hidden?: boolean): Option | undefined {
    const matches = (option: Option) => option.name === name || option.aliases?.includes(name);
    return this.getBaseOptions(hidden).find(matches) ?? this.getGlobalOptions(hidden).find(matches);
  }

  /** Whether there are options. */
  hasOptions(hidden?: boolean): boolean {
    return this.getOptions(hidden).length > 0;
  }

  /** Environment variables of the parents that are global, then the command's own. */
  getEnvVars(hidden?: boolean): EnvVar[] {
    const found = this[STATE].envVars.filter((one) => hidden || !one.hidden);
    for (let above = this[STATE].parent; above; above = above[STATE].parent) {
      const inherited = above[STATE].envVars.filter((one) =>
        one.global && (hidden || !one.hidden) && !found.some(({ name }) => name === one.name)
      );
      found.unshift(...inherited);
    }
    return found;
  }

  /** The type registered under `name` here or, when global, above. */
  getType(name: string): TypeDef | undefined {
    const own = this[STATE].types.get(name);
    if (own) return own;
    for (let above = this[STATE].parent; above; above = above[STATE].parent) {
      const type = above[STATE].types.get(name);
      if (type?.global) return type;
    }
    return name in builtInTypes ? { name, handler: builtInTypes[name], global: true } : undefined;
  }

  /** The subcommands. */
  getCommands(hidden?: boolean): Command<any>[] {
    return [...this[STATE].commands.values()].filter((one) => hidden || !one[STATE].hidden);
  }

  /** Whether there are subcommands. */
  hasCommands(hidden?: boolean): boolean {
    return this.getCommands(hidden).length > 0;
  }

  /** A subcommand by its name or alias. */
  getCommand(name: string, hidden?: boolean): Command<any> | undefined {
    return this.getCommands(hidden).find((command) =>
      command.getName() === name || command.getAliases().includes(name)
    );
  }
}
