/** What `Input` and `Secret` have in common: text, checked. */
import type { PromptOptions } from "./ask.ts";

/** Options of a prompt for text. */
export interface TextOptions extends PromptOptions<string> {
  minLength?: number;
  maxLength?: number;
  /** True, or a message that says what is wrong. */
  validate?: (value: string) => string | boolean | Promise<string | boolean>;
}

/** Checks an answer as Cliffy does: a custom check replaces that of the length. */
export async function problemOf(
  label: string,
  options: TextOptions,
  value = "",
): Promise<string | undefined> {
  if (value === "" && options.default !== undefined) return undefined;
  const verdict = await (options.validate ?? ((text) => checkLength(label, options, text)))(value);
  if (verdict === true) return undefined;
  return verdict === false ? "Invalid answer." : verdict;
}

function checkLength(label: string, options: TextOptions, { length }: string): string | true {
  const { minLength = 0, maxLength = Infinity } = options;
  if (length < minLength) {
    return `${label} must be longer than ${minLength} but has a length of ${length}.`;
  }
  if (length > maxLength) {
    return `${label} can't be longer than ${maxLength} but has a length of ${length}.`;
  }
  return true;
}

/** An injected answer, checked; throws what a person would have been told. */
export async function acceptText(label: string, options: TextOptions, answer: unknown) {
  const problem = await problemOf(label, options, String(answer));
  if (problem) throw new Error(problem);
  return answer === "" ? options.default ?? "" : String(answer);
}
