import type { DatabaseSync, SQLInputValue } from "node:sqlite";

type Maths = Record<string, (...values: number[]) => number>;

/**
 * SQLite's math functions (https://sqlite.org/lang_mathfunc.html) as far as D1 lets apps call them;
 * the host's SQLite is built without. Null and text that is no number give null, as does NaN.
 */
const MATHS: Maths = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atan2: Math.atan2,
  atanh: Math.atanh,
  cos: Math.cos,
  cosh: Math.cosh,
  degrees: (radians) => radians * 180 / Math.PI,
  exp: Math.exp,
  ln: (x) => x > 0 ? Math.log(x) : NaN,
  log: (x) => x > 0 ? Math.log10(x) : NaN,
  log2: (x) => x > 0 ? Math.log2(x) : NaN,
  mod: (x, y) => x % y,
  pi: () => Math.PI,
  pow: Math.pow,
  radians: (degrees) => degrees * Math.PI / 180,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
};

/** These leave whole numbers as they are. */
const ROUNDINGS: Maths = { ceil: Math.ceil, floor: Math.floor, trunc: Math.trunc };

/** A throwing function would never return (Deno 2.9), as big integers make it unless they are wanted. */
const OPTIONS = { deterministic: true, useBigIntArguments: true };

/** Adds the math functions that this SQLite lacks. */
export function addMaths(db: DatabaseSync): void {
  if (has(db, "pi()")) return;
  for (const [name, compute] of Object.entries(MATHS)) db.function(name, OPTIONS, fixed(compute));
  for (const [name, compute] of Object.entries(ROUNDINGS)) {
    db.function(name, OPTIONS, (value) => {
      const found = numeric(value!);
      return typeof found === "number" ? compute(found) : found;
    });
  }
  // With two arguments the first is the base.
  db.function("log", OPTIONS, (base, x) => {
    const [b, y] = [number(base!), number(x!)];
    if (b === null || y === null || b <= 0 || y <= 0) return null;
    const divisor = Math.log(b);
    return divisor > 0 ? result(Math.log(y) / divisor) : null;
  });
}

/** `function` reads the number of arguments from the function's `length`, so each needs its own. */
function fixed(
  compute: (...values: number[]) => number,
): (...values: SQLInputValue[]) => number | null {
  const call = (...values: SQLInputValue[]) => {
    const numbers = values.map(number);
    return numbers.every((value) => value !== null) ? result(compute(...numbers)) : null;
  };
  if (compute.length === 0) return () => call();
  if (compute.length === 1) return (x) => call(x!);
  return (x, y) => call(x!, y!);
}

function number(value: SQLInputValue): number | null {
  const found = numeric(value);
  return typeof found === "bigint" ? Number(found) : found;
}

/** A number, a whole one as bigint, or null: as `sqlite3_value_numeric_type()` sees a value. */
function numeric(value: SQLInputValue): number | bigint | null {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return null;
  if (!/^[+-]?\d+$/.test(text)) return Number(text);
  const whole = BigInt(text);
  return BigInt.asIntN(64, whole) === whole ? whole : Number(text);
}

function result(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}

function has(db: DatabaseSync, expression: string): boolean {
  try {
    db.prepare(`SELECT ${expression}`);
    return true;
  } catch {
    return false;
  }
}
