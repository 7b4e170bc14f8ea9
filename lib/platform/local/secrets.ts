import { inArray, sql } from "drizzle-orm";
import type { Clock } from "../../ports/clock.ts";
import type { Secrets, SecretState } from "../platform.ts";
import { bumpConfigVersion } from "./control/settings.ts";
import type { Control } from "./control/store.ts";
import { secrets } from "./control/tables.ts";
import { ensureMasterKey } from "./master_key.ts";
import { lockedSecrets, openSealer } from "./sealing.ts";

/** Sealed values in the control database; their key in `folder` (the state folder, null: there is none). */
export function localSecrets(control: Control, folder: string | null, clock: Clock): Secrets {
  return {
    async list() {
      const rows = await (await control.read())?.select({
        key: secrets.key,
        isSet: sql<number>`${secrets.sealed} is not null`,
        expiresAt: secrets.expiresAt,
        updatedAt: secrets.updatedAt,
      }).from(secrets).orderBy(secrets.key) ?? [];
      const now = clock.now();
      const locked = new Set(
        rows.some((row) => row.isSet) ? await lockedSecrets(folder, control) : [],
      );
      return rows.map((row) => ({
        key: row.key,
        state: stateOf(row, locked.has(row.key), now),
        locked: locked.has(row.key),
        updatedAt: row.updatedAt,
      }));
    },
    async expect(keys, expiresAt) {
      const updatedAt = clock.now();
      // Fails here, before a person has typed anything.
      await ensureMasterKey(folder, control, updatedAt);
      const db = await control.write();
      const rows = keys.map((key) => ({ key, expiresAt, updatedAt }));
      await db.insert(secrets).values(rows).onConflictDoUpdate({
        target: secrets.key,
        set: { expiresAt },
      });
    },
    async seal(values) {
      const updatedAt = clock.now();
      const seal = await openSealer(folder, control, updatedAt);
      const rows = await Promise.all(
        Object.entries(values).map(async ([key, value]) => {
          const { sealed, keyId } = await seal(key, value);
          return { key, sealed, keyId, expiresAt: null, updatedAt };
        }),
      );
      if (rows.length === 0) return;
      const { Buffer } = await import("node:buffer");
      const db = await control.write();
      const insert = db.insert(secrets).values(
        rows.map((row) => ({ ...row, sealed: Buffer.from(row.sealed) })),
      )
        .onConflictDoUpdate({
          target: secrets.key,
          set: {
            sealed: sql`excluded.sealed`,
            keyId: sql`excluded.key_id`,
            expiresAt: null,
            updatedAt,
          },
        });
      await db.batch([insert, bumpConfigVersion(db, updatedAt)]);
    },
    async delete(keys) {
      const db = await control.read();
      if (!db || keys.length === 0) return [];
      const [deleted] = await db.batch([
        db.delete(secrets).where(inArray(secrets.key, keys)).returning({ key: secrets.key }),
        bumpConfigVersion(db, clock.now()),
      ]);
      return deleted.map((row) => row.key);
    },
  };
}

/** A value that can be opened counts, also while a page waits for a new one. */
function stateOf(
  { isSet, expiresAt }: { isSet: number; expiresAt: number | null },
  locked: boolean,
  now: number,
): SecretState {
  if (isSet && !locked) return "set";
  if (expiresAt === null) return "unset";
  return expiresAt > now ? "pending" : "expired";
}
