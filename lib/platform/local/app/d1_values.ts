import type { SQLInputValue, SQLOutputValue } from "node:sqlite";

/**
 * A value as D1 binds it: numbers, strings, null, booleans as 0 and 1, bytes.
 *
 * @throws Error D1_TYPE_ERROR for anything else, `undefined` and bigint among it, as D1 does.
 */
export function toSqlite(value: unknown): SQLInputValue {
  switch (typeof value) {
    case "number":
      // D1 carries values as JSON, where these become null and minus zero loses its sign.
      return Number.isFinite(value) ? value + 0 : null;
    case "string":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "object":
      if (value === null) return null;
      if (value instanceof ArrayBuffer) return new Uint8Array(value);
      if (value instanceof Uint8Array) return value;
      // One byte for each element, as D1 does; a DataView has none.
      if (ArrayBuffer.isView(value)) return new Uint8Array(numbersOf(value));
      if (Array.isArray(value) && value.every(isByte)) return new Uint8Array(value);
  }
  const reason = `Type '${typeof value}' not supported for value '${value}'`;
  throw new Error(`D1_TYPE_ERROR: ${reason}`, { cause: new Error(reason) });
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < 256;
}

function numbersOf(view: ArrayBufferView): number[] {
  const items = Array.from(view as unknown as ArrayLike<number | bigint>);
  if (items.some((item) => typeof item === "bigint")) {
    throw new TypeError("Do not know how to serialize a BigInt");
  }
  return items as number[];
}

/**
 * A value as D1 gives it back, by way of JSON: bytes as an array of numbers, big integers as (lossy)
 * numbers, infinities as null.
 */
export function fromSqlite(value: SQLOutputValue): unknown {
  if (typeof value === "number") return Number.isFinite(value) ? value + 0 : null;
  if (typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return Array.from(value);
  return value;
}
