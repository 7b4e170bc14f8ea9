import { eq, type SQL, sql } from "drizzle-orm";
import type { Control, ControlDb } from "./store.ts";
import { settings } from "./tables.ts";

/** Counts the changes of vars, secrets and buckets; a running server compares it. */
const CONFIG_VERSION = "config_version";

/** The value of a setting, or null when it was never set. Values are JSON that this program wrote. */
export async function readSetting<T>(control: Control, name: string): Promise<T | null> {
  const db = await control.read();
  const rows = await db?.select({ value: settings.value }).from(settings).where(
    eq(settings.name, name),
  );
  return (rows?.[0]?.value as T | undefined) ?? null;
}

/** The statement that stores a setting; part of a batch, or awaited alone. */
export function setSetting(db: ControlDb, name: string, value: unknown, now: number) {
  return upsert(db, name, value, now, sql`excluded.value`);
}

/** How often vars, secrets or buckets have changed so far; 0 at the start. */
export async function configVersion(control: Control): Promise<number> {
  return await readSetting<number>(control, CONFIG_VERSION) ?? 0;
}

/** The statement that tells a running server to read vars, secrets and buckets again. */
export function bumpConfigVersion(db: ControlDb, now: number) {
  return upsert(db, CONFIG_VERSION, 1, now, sql`cast(${settings.value} as integer) + 1`);
}

function upsert(db: ControlDb, name: string, value: unknown, now: number, next: SQL) {
  return db.insert(settings).values({ name, value, updatedAt: now })
    .onConflictDoUpdate({ target: settings.name, set: { value: next, updatedAt: now } });
}
