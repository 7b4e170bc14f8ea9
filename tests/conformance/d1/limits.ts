import type { D1Binding } from "../../../lib/runtime/d1.ts";
import type { Group, Probe } from "./probe.ts";

const list = (count: number, item: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => item(at)).join(", ");

/** Only whether it works, or the error: the answers are long. */
const fits = (name: string, ask: (db: D1Binding) => Promise<unknown>): Probe => ({
  name,
  ask: async (db) => void await ask(db),
});

const sql = (name: string, text: string, ...values: unknown[]) =>
  fits(name, (db) => db.prepare(text).bind(...values).all());

export const limits: Group = {
  name: "limits",
  tables: ["CREATE TABLE big (value)", "CREATE TABLE pair (a, b)"],
  probes: [
    sql("100 parameters", `SELECT ${list(100, () => "?")}`, ...Array(100).fill(1)),
    sql("101 parameters", `SELECT ${list(101, () => "?")}`, ...Array(101).fill(1)),
    sql("?100", "SELECT ?100", ...Array(100).fill(1)),
    sql("?101", "SELECT ?101", ...Array(101).fill(1)),
    sql("100 columns", `SELECT ${list(100, () => "1")}`),
    sql("101 columns", `SELECT ${list(101, () => "1")}`),
    sql("a table of 100 columns", `CREATE TABLE wide100 (${list(100, (at) => `c${at}`)})`),
    sql("a table of 101 columns", `CREATE TABLE wide101 (${list(101, (at) => `c${at}`)})`),
    sql("99,000 bytes of SQL", `SELECT '${"x".repeat(98_980)}'`),
    sql("100,000 bytes of SQL", `SELECT '${"x".repeat(99_991)}'`),
    sql("100,001 bytes of SQL", `SELECT '${"x".repeat(99_992)}'`),
    sql("200,000 bytes of SQL", `SELECT '${"x".repeat(200_000)}'`),
    sql("a LIKE pattern of 50 bytes", `SELECT 'a' LIKE '${"x".repeat(50)}'`),
    sql("a LIKE pattern of 51 bytes", `SELECT 'a' LIKE '${"x".repeat(51)}'`),
    sql("a GLOB pattern of 51 bytes", `SELECT 'a' GLOB '${"x".repeat(51)}'`),
    sql("a bound LIKE pattern of 51 bytes", "SELECT 'a' LIKE ?", "x".repeat(51)),
    sql("a LIKE pattern of 26 letters of two bytes", `SELECT 'a' LIKE '${"\u00e9".repeat(26)}'`),
    sql("a function with 32 arguments", `SELECT max(${list(32, () => "1")})`),
    sql("a function with 33 arguments", `SELECT max(${list(33, () => "1")})`),
    sql("a compound of 5", Array(5).fill("SELECT 1").join(" UNION ALL ")),
    sql("a compound of 6", Array(6).fill("SELECT 1").join(" UNION ALL ")),
    sql("a compound of 600", Array(600).fill("SELECT 1").join(" UNION ALL ")),
    sql("600 rows of VALUES", `INSERT INTO big VALUES ${list(600, () => "(1)")}`),
    sql("an expression 100 deep", `SELECT ${"(1+".repeat(99)}1${")".repeat(99)}`),
    sql("an expression 101 deep", `SELECT ${"(1+".repeat(101)}1${")".repeat(101)}`),
    sql("99 terms", `SELECT ${Array(99).fill("1").join("+")}`),
    sql("101 terms", `SELECT ${Array(102).fill("1").join("+")}`),
    sql(
      "a join of 64 tables",
      `SELECT count(*) FROM ${list(64, (at) => `big t${at}`)} WHERE t0.value = 5`,
    ),
    sql(
      "a join of 65 tables",
      `SELECT count(*) FROM ${list(65, (at) => `big t${at}`)} WHERE t0.value = 5`,
    ),
    sql("a value of 1,900,000 bytes", "INSERT INTO big VALUES (?)", "x".repeat(1_900_000)),
    sql("a made value of 2,000,000 bytes", "SELECT length(zeroblob(2000000))"),
    sql("a value of 2,000,001 bytes", "INSERT INTO big VALUES (zeroblob(2000001))"),
    sql("random bytes, 3,000,000 of them", "SELECT length(randomblob(3000000))"),
    sql("a format of 3,000,000 letters", "SELECT length(printf('%3000000d', 1))"),
    sql("bound bytes, 3,000,000 of them", "SELECT length(?)", new Uint8Array(3_000_000)),
    sql(
      "a row of 3,000,000 bytes",
      "INSERT INTO pair VALUES (?, ?)",
      ...Array(2).fill("x".repeat(1_500_000)),
    ),
    sql("a value of 3,000,000 bytes", "INSERT INTO big VALUES (?)", "x".repeat(3_000_000)),
    sql(
      "a text built of 3,000,000 bytes",
      "SELECT length(replace(hex(zeroblob(1500000)), '0', 'x'))",
    ),
    sql(
      "a result of 5,000 rows",
      "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i FROM n",
    ),
  ],
};
