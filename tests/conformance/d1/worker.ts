import type { D1Binding } from "../../../lib/runtime/d1.ts";
import { GROUPS } from "./groups.ts";
import { observe } from "./probe.ts";

/** The Worker that asks D1: one database a group, bound as `DB0`, `DB1` and so on. */
export default {
  async fetch(_request: Request, env: Record<string, D1Binding>): Promise<Response> {
    const seen: Record<string, unknown> = {};
    for (const [index, group] of GROUPS.entries()) {
      const db = env[`DB${index}`]!;
      await db.batch(group.tables.map((sql) => db.prepare(sql)));
      seen[group.name] = await observe(db, group);
    }
    return Response.json(seen);
  },
};
