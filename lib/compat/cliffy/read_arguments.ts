/** Turns words into the arguments of a command. */
import { usage } from "./errors.ts";
import type { Argument } from "./model.ts";

/**
 * Converts `words` by their definitions.
 *
 * @param lenient nothing given is no mistake (`--help` was)
 * @throws ValidationError for missing, surplus and invalid words
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
      // Cliffy: an empty word for an optional argument counts as not given.
      if (!argument.optional || word !== "") values.push(convert(argument, word));
      else if (!argument.variadic) values.push(undefined);
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
