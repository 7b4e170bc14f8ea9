/** Cuts a command line into flags and words. The one place that knows `commander`. */
import { Command as Commander, CommanderError, Option as CommanderOption } from "commander";
import type { Option } from "./model.ts";

/** One flag on the command line. */
export interface Flag {
  option: Option;
  /** As typed, without a value: `-p`, `--port`. */
  given: string;
  /** The word that belongs to it; null where an optional value was left out. */
  value?: string | null;
  /** The line ended where its value should be. */
  incomplete?: true;
}

/** A command line in pieces. */
export interface Tokens {
  flags: Flag[];
  /** Words that belong to no flag. */
  words: string[];
  /** What was not read: it begins with an unknown flag, or with a word when only flags were asked for. */
  rest: string[];
}

/**
 * Cuts `args` from left to right by the rules of commander (`-abc`, `-p80`, `--port=80`, optional and
 * variadic values), up to the first unknown flag; with `flagsOnly`, up to the first word too.
 */
export function tokenize(args: string[], options: Option[], flagsOnly = false): Tokens {
  const flags: Flag[] = [];
  const words: string[] = [];
  const parser = createParser(options, flags);
  for (let rest = args;;) {
    const { operands, unknown } = parser(rest);
    if (operands.length === 0 || flagsOnly) {
      return { flags, words, rest: [...operands, ...unknown] };
    }
    words.push(operands[0]);
    rest = [...operands.slice(1), ...unknown];
  }
}

/** A function that reads flags up to the first word or unknown flag, and returns the rest. */
function createParser(options: Option[], flags: Flag[]) {
  const commander = new Commander().helpOption(false).passThroughOptions()
    .exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  const byNotation = new Map<string, Pick<Flag, "option" | "given">>();
  for (const option of options) {
    for (const given of option.flags) {
      const registered = new CommanderOption(`${given}${valueNotation(option)}`);
      commander.addOption(registered);
      commander.on(`option:${registered.name()}`, (value?: string | null) => {
        flags.push({ option, given, value });
      });
      byNotation.set(`'${registered.flags}'`, { option, given });
    }
  }
  return (args: string[]) => {
    try {
      return commander.parseOptions(args);
    } catch (error) {
      if (!(error instanceof CommanderError)) throw error;
      const flag = [...byNotation].find(([notation]) => error.message.includes(notation))?.[1];
      if (!flag) throw error;
      flags.push({ ...flag, incomplete: true });
      return { operands: [], unknown: [] };
    }
  };
}

function valueNotation({ args: [arg] }: Option): string {
  if (arg === undefined) return "";
  const word = arg.variadic ? "value..." : "value";
  return arg.optional ? ` [${word}]` : ` <${word}>`;
}
