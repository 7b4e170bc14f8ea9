/** Errors, worded as the real Cliffy words them. */
import { nearest } from "./nearest.ts";
import type { Command } from "./command.ts";
import type { Argument, Option } from "./model.ts";

/** Settings of a `ValidationError`. */
export interface ValidationErrorOptions extends ErrorOptions {
  exitCode?: number;
}

/** The user called a command wrongly. Everything else that is thrown is somebody's bug or failure. */
export class ValidationError extends Error {
  readonly exitCode: number;
  /** The command that was called wrongly. */
  // deno-lint-ignore no-explicit-any -- Cliffy's own signatures are `any` here
  cmd?: Command<any>;

  constructor(message: string, { exitCode, cause }: ValidationErrorOptions = {}) {
    super(message, { cause });
    this.exitCode = exitCode ?? 2;
  }
}

/** What is known about a word that has to be converted; the argument of a type's `parse`. */
export interface ArgumentValue {
  /** `Option`, `Argument` or `Environment variable`. */
  label: string;
  type: string;
  name: string;
  value: string;
}

const flag = (name: string) =>
  name.startsWith("-") ? name : name.length > 1 ? `--${name}` : `-${name}`;

const error = (message: string) => new ValidationError(message);

/** One function per message. */
export const usage = {
  unknownOption(given: string, options: Option[]): ValidationError {
    const names = options.flatMap((option) => [option.name, ...option.aliases ?? []]).map(flag);
    return error(`Unknown option "${flag(given)}".${nearest("option", flag(given), names)}`);
  },
  // deno-lint-ignore no-explicit-any -- Cliffy's own signatures are `any` here
  unknownCommand(given: string, commands: Command<any>[]): ValidationError {
    const names = commands.map((command) => command.getName());
    return error(`Unknown command "${given}".${nearest("command", given, names)}`);
  },
  duplicateOption: (name: string) =>
    error(
      `Option "${
        flag(name).replace(/^--no-/, "--")
      }" can only occur once, but was found several times.`,
    ),
  missingOptionValue: (name: string) => error(`Missing value for option "${flag(name)}".`),
  emptyOption: (name: string) =>
    error(`Empty value for option "${flag(name)}": fill it in or leave the option out.`),
  emptyArgument: (name: string) =>
    error(`Empty value for argument "${name}": fill it in or leave it out.`),
  unexpectedOptionValue: (name: string, value: string) =>
    error(`Option "${flag(name)}" doesn't take a value, but got "${value}".`),
  notCombinable: (name: string) =>
    error(`Option "${flag(name)}" cannot be combined with other options.`),
  conflicting: (name: string, other: string) =>
    error(`Option "${flag(name)}" conflicts with option "${flag(other)}".`),
  depending: (name: string, other: string) =>
    error(`Option "${flag(name)}" depends on option "${flag(other)}".`),
  missingOption: (name: string) => error(`Missing required option "${flag(name)}".`),
  missingEnvVar: (name: string) => error(`Missing required environment variable "${name}".`),
  missingArgument: (name: string) => error(`Missing argument: ${name}`),
  missingArguments: (args: Argument[]) =>
    error(`Missing argument(s): ${args.map((arg) => arg.name).join(", ")}`),
  tooManyArguments: (words: string[]) => error(`Too many arguments: ${words.join(" ")}`),
  noArguments: (path: string) => error(`No arguments allowed for command "${path}".`),
  invalidType({ label, name, type, value }: ArgumentValue, expected?: readonly unknown[]) {
    const values = expected?.map((one) => `"${one}"`).join(", ");
    const hint = values === undefined ? "" : ` Expected values: ${values}`;
    return error(`${label} "${name}" must be of type "${type}", but got "${value}".${hint}`);
  },
};
