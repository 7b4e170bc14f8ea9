// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** The builder methods that change no type. */
import type { Command } from "./command.ts";
import { addDefaultOptions } from "./default_options.ts";
import { plainHelp } from "./help.ts";
import type { HelpHandler, HelpOptions, OptionAction, OptionFacts } from "./model.ts";
import { CommandParts } from "./parts.ts";
import { STATE } from "./state.ts";

/** The settings of `--help` and `--version`, or what they do. */
export type DefaultOptionSettings = OptionAction | OptionFacts & { global?: boolean };

/** Whether a command without an action shows its help when called bare. Default: true. */
export interface AutoHelp {
  auto?: boolean;
}

/** Names, words and help of a command. */
export abstract class CommandSettings extends CommandParts {
  /** The command that the builder methods speak about. Not for users. */
  protected target: Command<any> = this as unknown as Command<any>;

  /** Names the program. */
  name(name: string): this {
    this.target[STATE].name = name;
    return this;
  }

  /** Sets the version and with it the `--version` option. */
  version(version: string | ((this: Command<any>, command: Command<any>) => string)): this {
    this.target[STATE].version = typeof version === "string" ? () => version : version;
    return this;
  }

  /** Describes the command; the first line is what lists show. */
  description(description: string | (() => string)): this {
    this.target[STATE].description = description;
    return this;
  }

  /** Replaces the arguments in the usage line. */
  usage(usage: string): this {
    this.target[STATE].usage = usage;
    return this;
  }

  /** Adds an example: its name, its command line. */
  example(name: string, description: string): this {
    const { examples } = this.target[STATE];
    if (examples.some((one) => one.name === name)) {
      throw new Error(`Example with name "${name}" already exists.`);
    }
    examples.push({ name, description });
    return this;
  }

  /** Adds another name. */
  alias(alias: string): this {
    const { name, aliases } = this.target[STATE];
    if (name === alias || aliases.includes(alias)) {
      throw new Error(`Duplicate command alias "${alias}".`);
    }
    aliases.push(alias);
    return this;
  }

  /** Leaves the command out of lists. */
  hidden(): this {
    this.target[STATE].hidden = true;
    return this;
  }

  /** Heads the options that follow with a name of their own. */
  group(name: string | null): this {
    this.target[STATE].groupName = name ?? undefined;
    return this;
  }

  /** Here always so: usage errors are thrown. */
  throwErrors(): this {
    return this;
  }

  /** Here always so: nothing exits. */
  noExit(): this {
    return this;
  }

  /** Replaces the help page of this command and those below it. */
  help(help: string | HelpHandler | HelpOptions & AutoHelp, { auto }: AutoHelp = {}): this {
    const state = this.target[STATE];
    if (typeof help === "string") state.help = () => help;
    else if (typeof help === "function") state.help = help;
    else state.help = (command, options) => plainHelp(command, { ...help, ...options });
    state.autoHelp = typeof help === "object" ? help.auto : auto;
    return this;
  }

  /** Redefines or removes `--help`; a function replaces what it does. */
  helpOption(flags: string | false, description?: string, settings?: DefaultOptionSettings): this {
    this[STATE].helpOption = flags === false
      ? false
      : { flags, description, settings: facts(settings) };
    return this;
  }

  /** Redefines or removes `--version`; a function replaces what it does. */
  versionOption(
    flags: string | false,
    description?: string,
    settings?: DefaultOptionSettings,
  ): this {
    this[STATE].versionOption = flags === false
      ? false
      : { flags, description, settings: facts(settings) };
    return this;
  }

  /** The help page. */
  getHelp(options: HelpOptions = {}): string {
    const command = this as unknown as Command<any>;
    addDefaultOptions(command);
    return helpOf(command).call(command, command, options);
  }

  /** Prints the help page on stdout. */
  showHelp(options?: HelpOptions): void {
    console.log(this.getHelp(options));
  }

  /** Prints the version on stdout. */
  showVersion(): void {
    console.log(this.getVersion());
  }
}

function facts(settings?: DefaultOptionSettings) {
  return typeof settings === "function" ? { action: settings } : settings;
}

function helpOf(command: Command<any>): HelpHandler {
  const { help, parent } = command[STATE];
  return help ?? (parent ? helpOf(parent) : plainHelp);
}
