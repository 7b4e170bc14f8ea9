/** How much of what a module prints is kept, in characters. */
const LIMIT = 16_384;

/** Puts a console in place that keeps a bounded part of what is printed, and returns where it keeps it. */
export function captureConsole(): string[] {
  const words: string[] = [];
  let left = LIMIT;
  const keep = (...values: unknown[]) => {
    if (left <= 0) return;
    const line = values.map(text).join(" ").slice(0, left);
    left -= line.length + 1;
    words.push(line);
  };
  const silent = () => {};
  const kept = ["log", "info", "warn", "error", "debug", "trace", "dir"].map((
    name,
  ) => [name, keep]);
  const rest = Object.keys(console).filter((name) => !kept.some(([other]) => other === name))
    .map((name) => [name, silent]);
  globalThis.console = Object.fromEntries([...rest, ...kept]);
  return words;
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return JSON.stringify(value) ?? String(value);
  } catch {
    return shape(value);
  }
}

/** Printing must not throw, whatever is printed: the SDK's objects resist being looked at. */
function shape(value: unknown): string {
  try {
    return Object.prototype.toString.call(value);
  } catch {
    return "[object]";
  }
}
