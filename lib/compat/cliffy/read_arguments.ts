/** Turns words into the arguments of a command. */
import { usage } from "./errors.ts";
import type { Argument } from "./model.ts";

/**
 * Converts `words` by their definitions.
 *
 * @param lenient nothing given is no mistake (`--help` was)
 * @throws ValidationError for missing, surplus, invalid, and empty optional words
 */
export function readArguments(
  definitions: Argument[],
  words: string[],
  convert: (argument: Argument, word: string) => unknown,
  lenient: boolean,
): unknown[] {
  const values: unknown[] = [];
  let next = 0;
  for (const argument of definitions) {
    const end = argument.variadic ? words.length : next + 1;
    for (const word of words.slice(next, end)) {
      // Mostly an unset variable of a shell; the default is not what was meant.
      if (argument.optional && word === "") throw usage.emptyArgument(argument.name);
      values.push(convert(argument, word));
    }
    next = Math.max(next, Math.min(end, words.length));
  }
  const required = definitions.filter((argument) => !argument.optional);
  if (values.length === 0) {
    if (required.length > 0 && !lenient) throw usage.missingArguments(required);
  } else if (values.length < required.length) {
    throw usage.missingArgument(required[values.length].name);
  }
  if (next < words.length) throw usage.tooManyArguments(words.slice(next));
  return values;
}
