// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** Adds options, environment variables and subcommands to a command. */
import type { Command } from "./command.ts";
import { parseArguments, type SplitDefinition, splitDefinition } from "./definition.ts";
import type { EnvVar, Option } from "./model.ts";
import { STATE } from "./state.ts";

/** An option from its notation. */
export function makeOption(
  definition: string,
  description: string,
  settings: Partial<Option> = {},
): Option {
  const { names: flags, typeDefinition, equalsSign } = splitDefinition(definition);
  const long = flags.find((flag) => flag.startsWith("--")) ?? flags[0];
  const bare = (flag: string) => flag.replace(/^--?/, "");
  const aliases = flags.filter((flag) => flag !== long).map(bare);
  const args = parseArguments(typeDefinition);
  if (args.length > 1) throw new Error(`An option takes one value: ${definition}`);
  return {
    ...settings,
    name: bare(long),
    ...aliases.length > 0 ? { aliases } : {},
    flags,
    description,
    typeDefinition,
    equalsSign,
    args: args.map((arg) => arg.list ? { ...arg, separator: settings.separator } : arg),
  };
}

/** Adds an option. Throws when its name is taken, unless it says `override`. */
export function register(command: Command<any>, option: Option): void {
  const state = command[STATE];
  for (const name of [option.name, ...option.aliases ?? []]) {
    const taken = state.options.findIndex((one) =>
      one.name === name || one.aliases?.includes(name)
    );
    if (taken === -1) continue;
    if (!option.override) {
      throw new Error(
        `An option with name '${name}' is already registered on command '${command.getPath()}'.`,
      );
    }
    state.options.splice(taken, 1);
  }
  if (option.prepend) state.options.unshift(option);
  else state.options.push(option);
}

/** Adds an environment variable. */
export function addEnvVar(
  command: Command<any>,
  definition: string,
  description: string,
  settings: Partial<EnvVar>,
): void {
  const { names, typeDefinition } = splitDefinition(definition);
  const [details] = parseArguments(typeDefinition || "<value:boolean>");
  const [name] = names;
  if (command[STATE].envVars.some((one) => one.names.includes(name))) {
    throw new Error(`Environment variable with name "${name}" already exists.`);
  }
  const variable = { ...settings, name, names, description, type: details.type, details };
  command[STATE].envVars.push(variable);
}

/** Puts `child` under `parent`. Throws when its name is taken, unless told to `override`. */
export function addCommand(
  parent: Command<any>,
  child: Command<any>,
  { names: [name, ...aliases], typeDefinition }: SplitDefinition,
  override: boolean,
): void {
  if (!name) throw new Error("Missing command name.");
  const { commands } = parent[STATE];
  if (commands.has(name) && !override) throw new Error(`Duplicate command name "${name}".`);
  commands.delete(name);
  commands.set(name, child);
  const state = child[STATE];
  state.name = name;
  state.parent = parent;
  state.aliases.push(...aliases);
  if (typeDefinition) state.arguments = typeDefinition;
}
