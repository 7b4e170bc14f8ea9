import { createRequire } from "node:module";
import { join } from "@std/path";
import { ROOT } from "../support/fixtures.ts";

/** What the tests use of D1. */
export interface D1 {
  prepare(sql: string): { all(): Promise<{ results: Record<string, unknown>[] }> };
  batch(statements: unknown[]): Promise<unknown[]>;
}

/** One workerd with `count` databases, from wrangler's own simulator. */
export async function withWorkerd(
  count: number,
  work: (databases: D1[]) => Promise<void>,
): Promise<void> {
  const require = createRequire(join(ROOT, ".peers", "package.json"));
  const { Miniflare, convertV4MiniflareOptions } = require("miniflare");
  const names = Array.from({ length: count }, (_, index) => `DB${index}`);
  const instance = new Miniflare(convertV4MiniflareOptions({
    modules: true,
    script: "export default { fetch() { return new Response(null); } };",
    compatibilityDate: "2025-01-01",
    d1Databases: Object.fromEntries(names.map((name) => [name, name.toLowerCase()])),
  }));
  try {
    const databases: D1[] = [];
    for (const name of names) databases.push(await instance.getD1Database(name));
    await work(databases);
  } finally {
    await instance.dispose();
  }
}

/** One D1 batch: one transaction, as a migration is applied. */
export async function run(db: D1, statements: string[]): Promise<void> {
  await db.batch(statements.map((sql) => db.prepare(sql)));
}

/** All rows of each table, in the order of their ids. */
export async function all(db: D1, names: string[]): Promise<unknown[]> {
  const tables: unknown[] = [];
  for (const name of names) {
    tables.push((await db.prepare(`SELECT * FROM ${name} ORDER BY id`).all()).results);
  }
  return tables;
}
