/** How a word becomes a value. */
import { type ArgumentValue, usage } from "./errors.ts";

/** Base class of value types. */
export abstract class Type<T> {
  /** Converts a word; throws a `ValidationError` when it cannot. */
  abstract parse(value: ArgumentValue): T;
  /** The allowed values, for the help page. */
  values?(): Array<string | number | boolean>;
}

/** A function can be a type too. */
export type TypeHandler<T> = (value: ArgumentValue) => T;

/** What `.type(name, ...)` takes. */
export type ValueType<T> = Type<T> | TypeHandler<T>;

/** The value that a type yields. */
export type InferType<V> = V extends ValueType<infer T> ? T : never;

/** Any word. */
export class StringType extends Type<string> {
  parse({ value }: ArgumentValue): string {
    return value;
  }
}

/** A finite number. */
export class NumberType extends Type<number> {
  parse(given: ArgumentValue): number {
    const value = Number(given.value);
    if (given.value === "" || !Number.isFinite(value)) throw usage.invalidType(given);
    return value;
  }
}

/** A whole number. */
export class IntegerType extends Type<number> {
  parse(given: ArgumentValue): number {
    const value = Number(given.value);
    if (!Number.isInteger(value)) throw usage.invalidType(given);
    return value;
  }
}

/** `true`, `false`, `1` or `0`. */
export class BooleanType extends Type<boolean> {
  parse(given: ArgumentValue): boolean {
    if (given.value === "true" || given.value === "1") return true;
    if (given.value === "false" || given.value === "0") return false;
    throw usage.invalidType(given, ["true", "false", "1", "0"]);
  }
}

/** One of a fixed set of values. */
export class EnumType<const T extends string | number | boolean> extends Type<T> {
  readonly #allowed: readonly T[];

  constructor(values: readonly T[] | Record<string, T>) {
    super();
    this.#allowed = Array.isArray(values) ? values : Object.values(values);
  }

  parse(given: ArgumentValue): T {
    const value = this.#allowed.find((one) => String(one) === given.value);
    if (value === undefined) throw usage.invalidType(given, this.#allowed);
    return value;
  }

  override values(): T[] {
    return [...this.#allowed];
  }
}

/** Types that every command knows. */
export const builtInTypes: Record<string, Type<unknown>> = {
  string: new StringType(),
  number: new NumberType(),
  integer: new IntegerType(),
  boolean: new BooleanType(),
};
