// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** What a command can be asked about itself: names, words, arguments, examples. */
import type { Command } from "./command.ts";
import { parseArguments } from "./definition.ts";
import type { Argument, Example, Option } from "./model.ts";
import { newState, STATE, type State } from "./state.ts";

/** The words of a command. */
export abstract class CommandNode {
  /** Not for users. */
  readonly [STATE]: State = newState();

  /** The options, those of the parents first. */
  abstract getOptions(hidden?: boolean): Option[];

  /** The command's own name. */
  getName(): string {
    return this[STATE].name;
  }

  /** The names that lead here: `edgespark db generate`. `name` replaces that of the program. */
  getPath(name?: string): string {
    const { parent, isRoot } = this[STATE];
    return parent && !isRoot ? `${parent.getPath(name)} ${this.getName()}` : name || this.getName();
  }

  /** Other names of this command. */
  getAliases(): string[] {
    return this[STATE].aliases;
  }

  /** The topmost command. */
  getMainCommand(): Command<any> {
    return this[STATE].parent?.getMainCommand() ?? this as unknown as Command<any>;
  }

  /** The description as written. */
  getDescription(): string {
    const state = this[STATE];
    if (typeof state.description === "function") state.description = state.description();
    return state.description;
  }

  /** The first line of the description. */
  getShortDescription(): string {
    return this.getDescription().trim().split("\n", 1)[0].trim();
  }

  /** The version of this command, or of the nearest parent that has one. */
  getVersion(): string | undefined {
    const { version, parent } = this[STATE];
    const command = this as unknown as Command<any>;
    return version ? version.call(command, command) : parent?.getVersion();
  }

  /** `<name:string> [rest...:string]` as written. */
  getArgsDefinition(): string | undefined {
    return this[STATE].arguments;
  }

  /** What follows the path in the usage line. */
  getUsage(): string {
    const required = this.getOptions().filter((option) => option.required).map((option) =>
      [option.flags.find((flag) => flag.startsWith("--")) ?? option.flags[0], option.typeDefinition]
        .filter(Boolean).join(" ")
    );
    return this[STATE].usage ?? [this.getArgsDefinition(), ...required].join(" ").trim();
  }

  /** The declared arguments. */
  getArguments(): Argument[] {
    const state = this[STATE];
    return parseArguments(state.arguments ?? "", state.argumentDescriptions);
  }

  /** One argument. */
  getArgument(name: string): Argument | undefined {
    return this.getArguments().find((arg) => arg.name === name);
  }

  /** Whether arguments are declared. */
  hasArguments(): boolean {
    return Boolean(this[STATE].arguments);
  }

  /** The words `parse` was given, from this command's own on. */
  getRawArgs(): string[] {
    return this[STATE].rawArgs;
  }

  /** The words after `--`. */
  getLiteralArgs(): string[] {
    return this[STATE].literalArgs;
  }

  /** The examples. */
  getExamples(): Example[] {
    return this[STATE].examples;
  }

  /** Whether there are examples. */
  hasExamples(): boolean {
    return this.getExamples().length > 0;
  }
}
