import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { LocalD1 } from "../../../lib/platform/local/app/d1.ts";
import { judgeAppSql } from "../../../lib/runtime/judge.ts";
import { guardBinding } from "../../../lib/runtime/sql_guard.ts";
import { GROUPS } from "./groups.ts";
import { observe } from "./probe.ts";

/** Asks our binding, guard and wall on as an app has it; one fresh database a group. */
export async function askOwn(): Promise<Record<string, Record<string, unknown>>> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-d1-" });
  const seen: Record<string, Record<string, unknown>> = {};
  for (const [index, group] of GROUPS.entries()) {
    const file = join(folder, `${index}.sqlite`);
    const maker = new DatabaseSync(file);
    for (const sql of group.tables) maker.exec(sql);
    maker.close();
    const d1 = new LocalD1(file, { wall: true });
    seen[group.name] = await observe(guardBinding(d1, judgeAppSql), group);
    d1.close();
  }
  await Deno.remove(folder, { recursive: true });
  return seen;
}
