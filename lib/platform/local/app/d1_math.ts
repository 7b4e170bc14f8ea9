import type { DatabaseSync, SQLInputValue } from "node:sqlite";

type Maths = Record<string, (...values: number[]) => number>;

/**
 * SQLite's math functions (https://sqlite.org/lang_mathfunc.html), which D1 has and the host's
 * SQLite is built without. Text that is no number, null, and results that are no number give null.
 */
const MATHS: Maths = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atan2: Math.atan2,
  atanh: Math.atanh,
  ceil: Math.ceil,
  ceiling: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  degrees: (radians) => radians * 180 / Math.PI,
  exp: Math.exp,
  floor: Math.floor,
  ln: Math.log,
  log10: Math.log10,
  log2: Math.log2,
  mod: (x, y) => x % y,
  pi: () => Math.PI,
  pow: Math.pow,
  power: Math.pow,
  radians: (degrees) => degrees * Math.PI / 180,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  trunc: Math.trunc,
};

/** Adds the math functions that this SQLite lacks. */
export function addMaths(db: DatabaseSync): void {
  if (has(db, "pi()")) return;
  for (const [name, compute] of Object.entries(MATHS)) {
    db.function(name, { deterministic: true, varargs: false }, fixed(compute));
  }
  // One argument: base 10; two: the first is the base.
  db.function("log", { deterministic: true, varargs: true }, (...values) => {
    const [x, y] = values.map(number);
    if (x === null || x === undefined || y === null || values.length > 2) return null;
    return finite(y === undefined ? Math.log10(x) : Math.log(y) / Math.log(x));
  });
}

/** `function` reads the number of arguments from the function's `length`, so each needs its own. */
function fixed(
  compute: (...values: number[]) => number,
): (...values: SQLInputValue[]) => number | null {
  const call = (...values: SQLInputValue[]) => {
    const numbers = values.map(number);
    return numbers.every((value) => value !== null) ? finite(compute(...numbers)) : null;
  };
  if (compute.length === 0) return () => call();
  if (compute.length === 1) return (x) => call(x!);
  return (x, y) => call(x!, y!);
}

function number(value: SQLInputValue): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "string" || value.trim() === "") return null;
  return finite(Number(value));
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

function has(db: DatabaseSync, expression: string): boolean {
  try {
    db.prepare(`SELECT ${expression}`);
    return true;
  } catch {
    return false;
  }
}
