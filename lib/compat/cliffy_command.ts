/**
 * Stand-in for `jsr:@cliffy/command` over `npm:commander`: the same notation, names, types and
 * messages, for what this program uses. See README.md for the differences.
 */
export { Command } from "./cliffy/command.ts";
export { ValidationError, type ValidationErrorOptions } from "./cliffy/errors.ts";
export type { ArgumentValue } from "./cliffy/errors.ts";
export type { Argument, EnvVar, Example, HelpHandler, Option, TypeDef } from "./cliffy/model.ts";
export {
  BooleanType,
  EnumType,
  type InferType,
  IntegerType,
  NumberType,
  StringType,
  Type,
  type TypeHandler,
} from "./cliffy/value_types.ts";
