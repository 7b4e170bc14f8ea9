// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/**
 * What a command is made of, in the property names of the real Cliffy, so that one help renderer
 * reads both.
 */
import type { Command } from "./command.ts";
import type { ValueType } from "./value_types.ts";

/** A declared argument of a command or of an option: `<name:string>`, `[keys...:string]`. */
export interface Argument {
  name: string;
  /** Name of the type; `string` when the definition names none. */
  type: string;
  /** Shell completion action; the type's name when the definition names none. */
  action: string;
  /** The definition as written. */
  raw: string;
  description?: string;
  optional?: boolean;
  variadic?: boolean;
  /** `<ids:string[]>`: one word, split at `separator`. */
  list?: boolean;
  separator?: string;
}

/** Runs when its option is given, before the action of the command. */
export type OptionAction = (this: Command<any>, options: any, ...args: any[]) => unknown;

/** Settings that say nothing about the type of the option's value. */
export interface OptionFacts {
  hidden?: boolean;
  /** Names of options that must be given too. */
  depends?: string[];
  /** The option cannot be combined with others, and the command's action does not run. */
  standalone?: boolean;
  /** Separator of list types. Default: a comma. */
  separator?: string;
  /** Replace an option of the same name. */
  override?: boolean;
  /** Put the option before those already there. */
  prepend?: boolean;
  action?: OptionAction;
  /** What help shows instead of the default value. */
  defaultText?: string | ((value: any) => string);
}

/** A declared option. */
export interface Option extends OptionFacts {
  /** Long name without dashes (`dry-run`), or the short one when there is no other. */
  name: string;
  /** The other names, without dashes. */
  aliases?: string[];
  /** The flags as written: `["-p", "--port"]`. */
  flags: string[];
  description: string;
  /** `<port:integer>`, or empty for a switch. */
  typeDefinition?: string;
  args: Argument[];
  equalsSign?: boolean;
  groupName?: string;
  global?: boolean;
  required?: boolean;
  collect?: boolean;
  conflicts?: string[];
  default?: unknown;
  value?: (value: any, previous?: any) => unknown;
}

/** A declared environment variable. */
export interface EnvVar {
  name: string;
  names: string[];
  description: string;
  type: string;
  details: Argument;
  global?: boolean;
  hidden?: boolean;
  required?: boolean;
  prefix?: string;
  value?: (value: any) => unknown;
}

/** A name and a command line, for the help page. */
export interface Example {
  name: string;
  description: string;
}

/** A registered value type. */
export interface TypeDef {
  name: string;
  handler: ValueType<unknown>;
  global?: boolean;
  override?: boolean;
}

/** What a help renderer is asked for. */
export interface HelpOptions {
  types?: boolean;
  hints?: boolean;
  colors?: boolean | "auto";
  long?: boolean;
  width?: number;
  maxWidth?: number;
}

/** Renders the help page of `command`. */
export type HelpHandler = (
  this: Command<any>,
  command: Command<any>,
  options: HelpOptions,
) => string;
