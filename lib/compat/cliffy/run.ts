// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** Finds the command that a command line means, reads its options and arguments, runs its action. */
import type { Command } from "./command.ts";
import { convertFor } from "./convert.ts";
import { addDefaultOptions, helpFlags } from "./default_options.ts";
import { usage, ValidationError } from "./errors.ts";
import { loadCommand } from "./lazy.ts";
import type { Option } from "./model.ts";
import { readArguments } from "./read_arguments.ts";
import { readEnv } from "./read_env.ts";
import { addDefaults, checkOptions, readFlags, type Values } from "./read_options.ts";
import { STATE } from "./state.ts";
import { type Flag, tokenize } from "./tokens.ts";

/** What is left to read, and what was read by the commands above. */
export interface Progress {
  args: string[];
  literal: string[];
  values: Values;
  /** A flag was read before the subcommand. */
  anyFlag: boolean;
}

/** What `parse` resolves to. */
export interface Outcome {
  options: Values;
  args: unknown[];
  literal: string[];
  cmd: Command<any>;
}

/** Runs `command`, or the subcommand that the first word names. */
export async function runCommand(command: Command<any>, progress: Progress): Promise<Outcome> {
  let child: Command<any> | undefined;
  try {
    addDefaultOptions(command);
    command[STATE].rawArgs = [...progress.args];
    child = await loadCommand(command, progress.args[0]);
    if (!child && readLeadingGlobals(command, progress)) {
      child = await loadCommand(command, progress.args[0]);
    }
    if (!child) return await runHere(command, progress);
  } catch (error) {
    if (error instanceof ValidationError) error.cmd ??= command;
    throw error instanceof Error ? error : new Error(`[non-error-thrown] ${error}`);
  }
  return runCommand(child, { ...progress, args: progress.args.slice(1) });
}

/** Reads global options that stand before a subcommand; tells whether there were any. */
function readLeadingGlobals(command: Command<any>, progress: Progress): boolean {
  const [first = ""] = progress.args;
  if (!first.startsWith("-")) return false;
  const option = command.getOption(first.replace(/^-+/, "").split("=")[0], true);
  if (!option?.global || option.standalone) return false;
  const globals = command.getOptions(true).filter(({ global }) => global);
  const { flags, rest } = tokenize(progress.args, globals, true);
  const standalone = flags.find((flag) => flag.option.standalone);
  if (standalone) throw usage.notCombinable(standalone.option.name);
  readFlags(flags, progress.values, optionConverter(command));
  progress.args = rest;
  progress.anyFlag = true;
  return true;
}

async function runHere(command: Command<any>, progress: Progress): Promise<Outcome> {
  const { values, literal } = progress;
  const state = command[STATE];
  state.literalArgs = literal;
  const help = helpFlags(command);
  const env = await readEnv(command, progress.args.some((word) => help.includes(word)));
  const options = command.getOptions(true);
  const { flags, words, rest } = tokenize(progress.args, options);
  readFlags(flags, values, optionConverter(command));
  const stray = rest[0] ?? (command.hasArguments() ? undefined : words.find(isNegativeNumber));
  if (stray !== undefined) throw unknownFlag(stray, options);
  const defaults = addDefaults(options, values, env);
  checkOptions(options, { flags, values, env, defaults });
  const standalone = flags.some(({ option }) => option.standalone);
  const args = readWords(command, words, standalone);
  const merged = { ...env, ...values };
  const outcome: Outcome = { options: merged, args, literal, cmd: command };
  await Promise.all(actionsOf(flags).map((action) => action.call(command, merged, ...args)));
  if (standalone) return outcome;
  const bare = words.length === 0 && flags.length === 0 && !progress.anyFlag;
  if (bare && !state.action && state.commands.size > 0 && autoHelp(command)) command.showHelp();
  await state.action?.call(command, merged, ...args);
  return outcome;
}

function readWords(command: Command<any>, words: string[], lenient: boolean): unknown[] {
  if (command.hasArguments() || words.length === 0) {
    return readArguments(
      command.getArguments(),
      words,
      (argument, value) =>
        convertFor(command, argument, { label: "Argument", name: argument.name, value }),
      lenient,
    );
  }
  if (!command.hasCommands(true)) throw usage.noArguments(command.getPath());
  if (command.getCommand(words[0], true)) throw usage.tooManyArguments(words);
  throw usage.unknownCommand(words[0], command.getCommands());
}

/** commander takes it for a word; where no argument is declared, it can only be a flag. */
function isNegativeNumber(word: string): boolean {
  return /^-[\d.]/.test(word);
}

function unknownFlag(given: string, options: Option[]): ValidationError {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(given) ?? [undefined, given, undefined];
  const option = options.find(({ flags }) => flags.includes(name));
  return option && value !== undefined
    ? usage.unexpectedOptionValue(option.name, value)
    : usage.unknownOption(name.startsWith("--") ? name : name.slice(0, 2), options);
}

function optionConverter(command: Command<any>) {
  return (option: Option, value: string) =>
    convertFor(command, { separator: option.separator, ...option.args[0] }, {
      label: "Option",
      name: `--${option.name}`,
      value,
    });
}

function actionsOf(flags: Flag[]) {
  return flags.map(({ option }) => option.action).filter((action) => action !== undefined);
}

function autoHelp(command: Command<any>): boolean {
  const { autoHelp: own, parent } = command[STATE];
  return own ?? (parent ? autoHelp(parent) : true);
}
