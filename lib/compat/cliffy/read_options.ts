/** Turns flags into the values of options, and checks what was given against what was declared. */
import { propertyOf } from "./definition.ts";
import { usage } from "./errors.ts";
import type { Option } from "./model.ts";
import type { Flag } from "./tokens.ts";
import { builtInTypes } from "./value_types.ts";

/** Values by property name. */
export type Values = Record<string, unknown>;

/** Converts a word for an option. */
export type ConvertOption = (option: Option, word: string) => unknown;

/** Reads `flags` into `values`, in the order given. */
export function readFlags(flags: Flag[], values: Values, convert: ConvertOption): void {
  const seen = new Set<Option>();
  for (const flag of flags) {
    const { option, given, value } = flag;
    // Mostly an unset variable of a shell. A type of the program's own may have a use for it.
    if (value === "" && !option.required && option.args[0]!.type in builtInTypes) {
      throw usage.emptyOption(given);
    }
    const property = propertyOf(option.name);
    const before = values[property];
    const variadic = option.args[0]?.variadic === true;
    if (before !== undefined && !option.collect && !(variadic && seen.has(option))) {
      throw usage.duplicateOption(given);
    }
    seen.add(option);
    const one = readOne(flag, convert);
    if (variadic && value != null) {
      values[property] = [...(before as unknown[] | undefined ?? []), one];
    } else if (option.value) values[property] = option.value(one, before);
    else if (option.collect) values[property] = [...(before as unknown[] | undefined ?? []), one];
    else values[property] = one;
  }
}

function readOne({ option, given, value, incomplete }: Flag, convert: ConvertOption): unknown {
  if (incomplete) throw usage.missingOptionValue(option.name);
  if (given.startsWith("--no-")) return false;
  if (typeof value === "string") return convert(option, value);
  const takesDefault = option.args.length > 0 && option.args[0].type !== "boolean";
  return takesDefault && option.default !== undefined ? defaultOf(option) : true;
}

function defaultOf(option: Option): unknown {
  return typeof option.default === "function" ? option.default() : option.default;
}

/**
 * Adds the default values that neither the command line nor the environment overrides; returns the
 * names of the properties that were added.
 */
export function addDefaults(options: Option[], values: Values, env: Values): Set<string> {
  const added = new Set<string>();
  for (const option of options) {
    const property = propertyOf(option.name);
    const negation = option.name.startsWith("no-");
    if (negation && options.some(({ name }) => name === option.name.slice(3))) continue;
    const value = defaultOf(option) ?? (negation ? true : undefined);
    if (value === undefined || values[property] !== undefined || env[property] !== undefined) {
      continue;
    }
    values[property] = option.value ? option.value(value) : value;
    added.add(property);
  }
  return added;
}

/** What is known after the flags were read. */
export interface Given {
  flags: Flag[];
  values: Values;
  env: Values;
  defaults: Set<string>;
}

/** Checks conflicts, dependencies and required options. */
export function checkOptions(options: Option[], { flags, values, env, defaults }: Given): void {
  const given = new Set(flags.map((flag) => flag.option));
  const standalone = flags.findLast(({ option }) => option.standalone)?.option;
  if (standalone) {
    if (given.size > 1) throw usage.notCombinable(standalone.name);
    return;
  }
  const isGiven = (name: string) =>
    env[propertyOf(name)] !== undefined ||
    [...given].some((option) => option.name === name || option.aliases?.includes(name));
  for (const option of given) {
    const conflict = option.conflicts?.find(isGiven);
    if (conflict) throw usage.conflicting(option.name, conflict);
    const missing = option.depends?.find((name) =>
      values[propertyOf(name)] === undefined && env[propertyOf(name)] === undefined
    );
    if (missing && !defaults.has(propertyOf(option.name))) {
      throw usage.depending(option.name, missing);
    }
  }
  for (const option of options) {
    const property = propertyOf(option.name);
    if (!option.required || property in values || env[property] !== undefined) continue;
    const excused = option.conflicts?.some((name) => values[propertyOf(name)]) ||
      [...given].some((other) => other.conflicts?.includes(option.name));
    if (!excused) throw usage.missingOption(option.name);
  }
}
