import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import type { Platform } from "../../../lib/platform/platform.ts";
import { migrate, type MigrateOptions, type MigrateResult } from "../../../lib/schema/migrate.ts";
import type { World } from "./world.ts";

/** Work with the local platform of a project, closed afterwards. */
export async function withPlatform<T>(
  w: World,
  work: (platform: Platform) => Promise<T>,
): Promise<T> {
  const platform = await openLocalPlatform(w.system, w.project);
  try {
    return await work(platform);
  } finally {
    platform.close();
  }
}

/** `db migrate`, on any branch. */
export function migrateIn(w: World, options: MigrateOptions = {}): Promise<MigrateResult> {
  return withPlatform(
    w,
    (platform) => migrate(w.system, w.project, platform, { checkBranch: false, ...options }),
  );
}

/** The app's database, opened beside the platform. */
export function data(w: World): DatabaseSync {
  return new DatabaseSync(join(w.project.state, "local", "data.sqlite"));
}

/** Runs SQL on the app's database. */
export function exec(w: World, sql: string): void {
  const db = data(w);
  db.exec(sql);
  db.close();
}

/** All rows that a query finds in the app's database. */
export function rows(w: World, sql: string): Record<string, unknown>[] {
  const db = data(w);
  try {
    return db.prepare(sql).all().map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}

/** Adds a migration that was written by hand. */
export async function byHand(w: World, tag: string, sql: string): Promise<void> {
  await w.write(`server/drizzle/${tag}.sql`, sql);
  const path = "server/drizzle/meta/_journal.json";
  const journal = JSON.parse(
    await w.text(path).catch(() => '{"version":"7","dialect":"sqlite","entries":[]}'),
  );
  const when = (journal.entries.at(-1)?.when ?? 1000) + 10;
  journal.entries.push({ idx: journal.entries.length, version: "6", when, tag, breakpoints: true });
  await w.write(path, JSON.stringify(journal, null, 2));
}
