/** Converts a word by the type that its definition names. */
import type { Command } from "./command.ts";
import type { ArgumentValue } from "./errors.ts";
import type { Argument } from "./model.ts";
import { Type, type ValueType } from "./value_types.ts";

/**
 * The value of a word, or the values of a separated list of words.
 *
 * @throws ValidationError when the type refuses the word; Error when nobody registered the type
 */
export function convertFor(
  // deno-lint-ignore no-explicit-any -- Cliffy's own signatures are `any` here
  command: Command<any>,
  { type, list, separator }: Argument,
  given: Omit<ArgumentValue, "type">,
): unknown {
  const handler = command.getType(type)?.handler;
  if (!handler) throw new Error(`Unknown type "${type}".`);
  if (!list) return apply(handler, { ...given, type });
  return given.value.split(separator || ",").map((value) =>
    apply(handler, { ...given, type, value })
  );
}

function apply(handler: ValueType<unknown>, given: ArgumentValue): unknown {
  return handler instanceof Type ? handler.parse(given) : handler(given);
}
