import { Failure } from "../failure.ts";

/** What the name of a var or secret looks like (decision 9). */
export const KEY_PATTERN = /^[A-Z][A-Z0-9_]*$/;

/**
 * Checks a name that a person typed. What stands behind a `=` may be a value and is never repeated.
 *
 * @throws Failure KEY_INVALID (usage)
 */
export function checkKeyName(typed: string): string {
  if (KEY_PATTERN.test(typed)) return typed;
  const near = typed.toUpperCase().replace(/[^A-Z0-9_]+/g, "_").replace(/^[^A-Z]+/, "");
  throw new Failure("usage", "KEY_INVALID", `\`${typed}\` is no valid key name`, {
    hint: KEY_PATTERN.test(near)
      ? `Use \`${near}\`: upper-case letters, digits and \`_\`, a letter first`
      : "Use upper-case letters, digits and `_`, a letter first",
  });
}
