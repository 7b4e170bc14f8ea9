import { inArray, sql } from "drizzle-orm";
import type { Clock } from "../../ports/clock.ts";
import type { Vars } from "../platform.ts";
import { bumpConfigVersion } from "./control/settings.ts";
import type { Control } from "./control/store.ts";
import { vars } from "./control/tables.ts";

/** Vars in the control database. A set or delete of several keys happens whole or not at all. */
export function localVars(control: Control, clock: Clock): Vars {
  return {
    async list() {
      return await (await control.read())?.select().from(vars).orderBy(vars.key) ?? [];
    },
    async set(values) {
      const updatedAt = clock.now();
      const rows = Object.entries(values).map(([key, value]) => ({ key, value, updatedAt }));
      if (rows.length === 0) return;
      const db = await control.write();
      const insert = db.insert(vars).values(rows).onConflictDoUpdate({
        target: vars.key,
        set: { value: sql`excluded.value`, updatedAt },
      });
      await db.batch([insert, bumpConfigVersion(db, updatedAt)]);
    },
    async delete(keys) {
      const db = await control.read();
      if (!db || keys.length === 0) return [];
      const [deleted] = await db.batch([
        db.delete(vars).where(inArray(vars.key, keys)).returning({ key: vars.key }),
        bumpConfigVersion(db, clock.now()),
      ]);
      return deleted.map((row) => row.key);
    },
  };
}
