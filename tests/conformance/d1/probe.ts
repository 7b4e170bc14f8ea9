import type { D1Binding } from "../../../lib/runtime/d1.ts";

/**
 * One question to a D1 database, put by plain JavaScript so that it can be asked inside a Worker too.
 * What it returns is the observation; what it throws is observed as well.
 */
export interface Probe {
  name: string;
  ask(db: D1Binding): unknown;
}

/** Probes that share a fresh database, asked in order. */
export interface Group {
  name: string;
  /** Statements that make the group's tables; on our platform migrations do this. */
  tables: string[];
  probes: Probe[];
}

/** Asks every probe of a group; the answer is plain JSON, by the probes' names. */
export async function observe(db: D1Binding, group: Group): Promise<Record<string, unknown>> {
  const seen: Record<string, unknown> = {};
  for (const { name, ask } of group.probes) {
    if (name in seen) throw new Error(`Two probes have the name "${name}"`);
    seen[name] = await outcome(() => ask(db));
  }
  return seen;
}

/** What comes of `work`: its value, or what it throws and when. */
export async function outcome(work: () => unknown): Promise<unknown> {
  let when = "at once";
  try {
    const pending = work();
    when = "later";
    return plain(await pending);
  } catch (error) {
    if (!(error instanceof Error)) return { thrown: String(error) };
    const { name, message, cause } = error;
    return {
      error: message,
      name,
      cause: cause instanceof Error ? cause.message : plain(cause),
      when,
    };
  }
}

/** Values that JSON has no word for are spelled. */
export function plain(value: unknown): unknown {
  if (value === undefined) return "<undefined>";
  if (typeof value === "bigint") return `<bigint ${value}>`;
  if (typeof value === "number" && !Number.isFinite(value)) return `<${value}>`;
  if (Object.is(value, -0)) return "<-0>";
  if (typeof value === "string") return value.isWellFormed() ? value : "<lone surrogates>";
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    return `<${value.constructor.name}>`;
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** A probe for each SQL text: all rows as arrays, after their column names. */
export function asking(texts: Record<string, string> | string[]): Probe[] {
  const named = Array.isArray(texts) ? texts.map((sql) => [sql, sql]) : Object.entries(texts);
  return named.map(([name, sql]) => ({
    name: name!,
    ask: (db) => db.prepare(sql!).raw({ columnNames: true }),
  }));
}
