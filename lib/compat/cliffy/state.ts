// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** What this folder's modules know of a command and nobody else sees. */
import type { Command } from "./command.ts";
import type { EnvVar, Example, HelpHandler, Option, OptionAction, TypeDef } from "./model.ts";

/** Key of a command's state. Not exported to users. */
export const STATE: unique symbol = Symbol("state");

/** Loads a command when it is first needed. */
export type LazyCommand<C extends Command<any> = Command<any>> = () =>
  | C
  | Promise<C>
  | Promise<{ default: C }>;

/** A redefinition of `--help` or `--version`; false removes it. */
export type DefaultOption =
  | false
  | { flags: string; description?: string; settings?: Partial<Option> };

/** Everything that the builder methods collect. */
export interface State {
  name: string;
  parent?: Command<any>;
  description: string | (() => string);
  usage?: string;
  version?: (this: Command<any>, command: Command<any>) => string;
  help?: HelpHandler;
  autoHelp?: boolean;
  helpOption?: DefaultOption;
  versionOption?: DefaultOption;
  hasDefaults: boolean;
  hidden: boolean;
  aliases: string[];
  examples: Example[];
  arguments?: string;
  argumentDescriptions?: string[];
  groupName?: string;
  options: Option[];
  envVars: EnvVar[];
  types: Map<string, TypeDef>;
  action?: OptionAction;
  commands: Map<string, Command<any>>;
  loaders: Map<Command<any>, LazyCommand>;
  /** `parse` was called on this command, so its path begins here. */
  isRoot: boolean;
  rawArgs: string[];
  literalArgs: string[];
}

/** The state of a command that nothing was said about. */
export function newState(): State {
  return {
    name: "COMMAND",
    description: "",
    hasDefaults: false,
    hidden: false,
    aliases: [],
    examples: [],
    options: [],
    envVars: [],
    types: new Map(),
    commands: new Map(),
    loaders: new Map(),
    isRoot: false,
    rawArgs: [],
    literalArgs: [],
  };
}

/** Gives a loaded command the place of its placeholder, and what was said about that one. */
export function takePlace(loaded: State, placeholder: State): void {
  loaded.name = placeholder.name;
  loaded.parent = placeholder.parent;
  loaded.description = placeholder.description || loaded.description;
  loaded.hidden ||= placeholder.hidden;
  loaded.usage = placeholder.usage ?? loaded.usage;
  loaded.arguments = placeholder.arguments ?? loaded.arguments;
  loaded.action = placeholder.action ?? loaded.action;
  loaded.help = placeholder.help ?? loaded.help;
  loaded.aliases.push(...placeholder.aliases);
  loaded.examples.push(...placeholder.examples);
  loaded.options.push(...placeholder.options);
  loaded.envVars.push(...placeholder.envVars);
  for (const [name, type] of placeholder.types) loaded.types.set(name, type);
}
