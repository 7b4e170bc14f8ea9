import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../lib/platform/local/local_platform.ts";
import { checkDatabase } from "../../../lib/schema/check.ts";
import { type World, world } from "./world.ts";

const JOURNAL = "server/drizzle/meta/_journal.json";
const SCHEMA =
  `export const notes = sqliteTable("notes", { id: integer("id").primaryKey(), body: text("body") });
export const agent_files = sqliteTable("agent_files", { id: integer("id").primaryKey() });`;

interface Entry {
  idx: number;
  tag: string;
  when: number;
}

/** A long-lived project by hand and by drizzle-kit: everything odd at once, and still alive. */
async function veteran(): Promise<World> {
  const w = await world(SCHEMA.split("\n")[0]);
  await w.generate({ name: "notes" });
  await w.declare(SCHEMA);
  await w.generate({ name: "agent_files" });
  const journal: { entries: Entry[] } = JSON.parse(await w.text(JOURNAL));
  const [first, second] = journal.entries as [Entry, Entry];
  const entry = (idx: number, tag: string, when: number) => ({ ...first, idx, tag, when });
  journal.entries = [
    first,
    second,
    entry(2, "0002_noop", second.when + 10),
    // Registered twice, the second time with an older clock.
    entry(2, "0002_noop", second.when + 5),
    // Drops what nobody here has made.
    entry(3, "0003_cleanup", second.when + 20),
    // Older than the one before it.
    entry(4, "0004_seed", second.when + 15),
  ];
  await w.write(JOURNAL, JSON.stringify(journal, null, 2));
  await w.write("server/drizzle/0002_noop.sql", "-- nothing to do\nSELECT 1;\n");
  await w.write(
    "server/drizzle/0003_cleanup.sql",
    "DROP TABLE `agents`;--> statement-breakpoint\nSELECT 1;",
  );
  await w.write("server/drizzle/0004_seed.sql", "INSERT INTO notes (body) VALUES ('a;b');");
  return w;
}

Deno.test("an odd history calls for no migration, and each oddity is reported once, at its place", async () => {
  await using w = await veteran();
  assert.equal((await w.generate({ dryRun: true })).changed, false);
  const platform = await openLocalPlatform(w.system, w.project);
  const { ok, findings } = await checkDatabase(w.system, w.project, platform, w.read);
  platform.close();
  const found = findings.filter(({ code }) => code !== "MIGRATION_PENDING")
    .map(({ severity, code, file, line }) =>
      `${severity} ${code} ${file?.split("/").at(-1)}:${line}`
    );
  assert.deepEqual([ok, found], [true, [
    "warning JOURNAL_REPEATED _journal.json:null",
    "warning JOURNAL_ORDER _journal.json:null",
    "warning SNAPSHOT_MISSING 0002_snapshot.json:null",
    "warning SNAPSHOT_MISSING 0003_snapshot.json:null",
    "warning SNAPSHOT_MISSING 0004_snapshot.json:null",
    "warning REPLAY_FAILED 0003_cleanup.sql:1",
    "info DESTRUCTIVE 0003_cleanup.sql:1",
  ]]);
});
