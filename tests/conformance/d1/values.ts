import type { Group, Probe } from "./probe.ts";

/** What is bound, and how it comes back. */
const VALUES: Record<string, () => unknown> = {
  "null": () => null,
  "zero": () => 0,
  "minus zero": () => -0,
  "an integer": () => 42,
  "a negative integer": () => -7,
  "2^31": () => 2 ** 31,
  "2^53 - 1": () => 2 ** 53 - 1,
  "2^53 + 2": () => 2 ** 53 + 2,
  "1e21": () => 1e21,
  "a fraction": () => 1.5,
  "0.1": () => 0.1,
  "the smallest number": () => 5e-324,
  "the largest number": () => Number.MAX_VALUE,
  "NaN": () => NaN,
  "Infinity": () => Infinity,
  "-Infinity": () => -Infinity,
  "true": () => true,
  "false": () => false,
  "text": () => "text",
  "empty text": () => "",
  "text with NUL": () => "a\0b",
  "text beyond the basic plane": () => "\u{1F600} e\u0301",
  "text with a lone surrogate": () => "a\ud800b",
  "text of digits": () => "007",
  "an ArrayBuffer": () => new Uint8Array([1, 2, 255]).buffer,
  "an empty ArrayBuffer": () => new ArrayBuffer(0),
  "a Uint8Array": () => new Uint8Array([1, 2, 255]),
  "a part of a Uint8Array": () => new Uint8Array([0, 1, 2, 3]).subarray(1, 3),
  "an Int8Array": () => new Int8Array([-1, 1]),
  "a Uint16Array": () => new Uint16Array([1, 256, 258]),
  "a Float64Array": () => new Float64Array([1.5, 300]),
  "a BigInt64Array": () => new BigInt64Array([1n]),
  "a DataView": () => new DataView(new ArrayBuffer(2)),
  "an array of bytes": () => [1, 2, 255],
  "an empty array": () => [],
  "an array of fractions": () => [1.5],
  "an array with 256": () => [256],
  "an array with text": () => ["a"],
  "undefined": () => undefined,
  "a bigint": () => 1n,
  "a Date": () => new Date(0),
  "an object": () => ({ a: 1 }),
  "an object without prototype": () => Object.create(null),
  "a function": () => Math.abs,
  "a symbol": () => Symbol.iterator,
  "a String object": () => new String("x"),
};

const bound: Probe[] = Object.entries(VALUES).map(([name, value]) => ({
  name: `bound: ${name}`,
  ask: (db) => db.prepare("SELECT ?1 AS value, typeof(?1) AS type").bind(value()).first(),
}));

const stored: Probe[] = [1, 1.5, 2 ** 53, "1", "x", true].map((value) => ({
  name: `stored: ${JSON.stringify(value)}`,
  ask: (db) =>
    db.prepare(
      "INSERT INTO affinities (i, r, t, n, b, u) VALUES (?1, ?1, ?1, ?1, ?1, ?1) RETURNING i, typeof(i), r, typeof(r), t, typeof(t), n, typeof(n), b, typeof(b), u, typeof(u)",
    ).bind(value).raw(),
}));

const counted: Probe[] = [
  ["none of one", "SELECT ?", []],
  ["one of none", "SELECT 1", [1]],
  ["two of one", "SELECT ?", [1, 2]],
  ["one of two", "SELECT ?, ?", [1]],
  ["?2 alone with two", "SELECT ?2", [1, 2]],
  ["?2 alone with one", "SELECT ?2", [1]],
  ["?1 twice", "SELECT ?1, ?1", [1]],
  ["? after ?2", "SELECT ?2, ?", [1, 2, 3]],
  ["a named parameter", "SELECT :name", [1]],
  ["@name", "SELECT @name", [1]],
  ["$name", "SELECT $name", [1]],
  ["an object for a named parameter", "SELECT :name", [{ name: 1 }]],
].map(([name, sql, values]) => ({
  name: `parameters: ${name}`,
  ask: (db) => db.prepare(sql as string).bind(...(values as unknown[])).raw(),
}));

const read: Probe[] = [
  "9007199254740993",
  "9223372036854775807",
  "-9223372036854775808",
  "9223372036854775808",
  "1e400",
  "-1e400",
  "0.1 + 0.2",
  "1 / 0",
  "x'00ff'",
  "x''",
  "zeroblob(3)",
  "'a' || char(0) || 'b'",
  "CAST(x'ff61' AS TEXT)",
  "1 = 1",
  "3 / 2",
  "3 / 2.0",
  "1e3",
].map((expression) => ({
  name: `read: ${expression}`,
  ask: (db) => db.prepare(`SELECT ${expression} AS value, typeof(${expression}) AS type`).first(),
}));

export const values: Group = {
  name: "values",
  tables: ["CREATE TABLE affinities (i INTEGER, r REAL, t TEXT, n NUMERIC, b BLOB, u)"],
  probes: [
    ...bound,
    ...stored,
    ...counted,
    ...read,
    {
      name: "bind keeps the statement that it is called on",
      async ask(db) {
        const statement = db.prepare("SELECT ? AS v");
        const [one, two] = [statement.bind(1), statement.bind(2)];
        return [await one.first("v"), await two.first("v"), await one.bind(3).first("v")];
      },
    },
    {
      name: "numbers that are bound are real",
      ask: (db) =>
        db.prepare("SELECT 5 / ?1, json_array(?1), ?1 || '', CAST(?1 AS TEXT)").bind(2).raw(),
    },
    {
      name: "LIMIT and OFFSET may be bound",
      ask: (db) =>
        db.prepare(
          "WITH n(i) AS (VALUES (1), (2), (3), (4)) SELECT i FROM n ORDER BY i LIMIT ? OFFSET ?",
        ).bind(2, 1).raw(),
    },
    {
      name: "a row id that is bound finds its row",
      ask: (db) => db.prepare("SELECT count(*) FROM affinities WHERE rowid = ?").bind(1).raw(),
    },
  ],
};
