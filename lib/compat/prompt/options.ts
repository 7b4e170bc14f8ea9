/** What the prompts are asked with. */
import type { PromptOptions } from "./ask.ts";
import type { TextOptions } from "./text.ts";

/** Options of `Input`. */
export type InputOptions = TextOptions;

/** Options of `Secret`. */
export interface SecretOptions extends TextOptions {
  /** What the length messages call it. Default: `Secret`. */
  label?: string;
  /** Show nothing instead of one mark for every character. */
  hidden?: boolean;
}

/** Options of `Confirm`. */
export interface ConfirmOptions extends PromptOptions<boolean> {
  /** Default: `Yes`. */
  active?: string;
  /** Default: `No`. */
  inactive?: string;
}

/** One choice of `Select`. */
export interface SelectOption<T> {
  value: T;
  /** Default: the value as text. */
  name?: string;
  disabled?: boolean;
}

/** Options of `Select`. */
export interface SelectOptions<T> extends PromptOptions<T> {
  options: Array<Extract<T, string | number> | SelectOption<T>>;
  /** How many choices are in sight. */
  maxRows?: number;
}

/** As in Cliffy: a choice among literal strings is a string. */
export type Widen<T> = T extends string ? string : T extends number ? number
: T extends boolean ? boolean
: T;
