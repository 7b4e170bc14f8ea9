import type { SQLInputValue, SQLOutputValue } from "node:sqlite";

/**
 * A value as D1 binds it: numbers, strings, null, booleans as 0 and 1, bytes.
 *
 * @throws Error D1_TYPE_ERROR for anything else, `undefined` and bigint among it, as D1 does.
 */
export function toSqlite(value: unknown): SQLInputValue {
  switch (typeof value) {
    case "number":
      // D1 carries values as JSON, where these become null.
      return Number.isFinite(value) ? value : null;
    case "string":
      return value;
    case "boolean":
      return value ? 1 : 0;
    case "object":
      if (value === null) return null;
      if (value instanceof ArrayBuffer) return new Uint8Array(value);
      if (ArrayBuffer.isView(value)) {
        return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
      }
      if (Array.isArray(value) && value.every(isByte)) return new Uint8Array(value);
  }
  throw new Error(
    `D1_TYPE_ERROR: Type '${typeof value}' not supported for value '${String(value)}'`,
  );
}

function isByte(value: unknown): boolean {
  return typeof value === "number" && value >= 0 && value < 256;
}

/** A value as D1 gives it back: bytes as an array of numbers, big integers as (lossy) numbers. */
export function fromSqlite(value: SQLOutputValue): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint8Array) return Array.from(value);
  return value;
}
