import { type Group, outcome } from "./probe.ts";
import { shape } from "./results.ts";

export const sessions: Group = {
  name: "sessions",
  tables: ["CREATE TABLE kept (id INTEGER PRIMARY KEY, text)"],
  probes: [
    ...[undefined, "first-primary", "first-unconstrained", "", " first-primary "].map((
      constraint,
    ) => ({
      name: `a new session has no bookmark: ${JSON.stringify(constraint)}`,
      ask: (db) => db.withSession(constraint).getBookmark(),
    } as Group["probes"][number])),
    {
      name: "a session that begins at a bookmark has it",
      ask: (db) =>
        db.withSession("00000000-00000001-00000000-00000000000000000000000000000001")
          .getBookmark() !== null,
    },
    {
      name: "statements, batches and bookmarks of a session",
      async ask(db) {
        const session = db.withSession("first-primary");
        const written = await session.prepare("INSERT INTO kept (text) VALUES (?)").bind("x").run();
        const one = session.getBookmark();
        const batch = await session.batch([
          session.prepare("INSERT INTO kept (text) VALUES ('y')"),
          session.prepare("SELECT text FROM kept ORDER BY id"),
        ]);
        const two = session.getBookmark();
        const later = db.withSession(two!);
        const read = await later.prepare("SELECT count(*) AS n FROM kept").first("n");
        return {
          written: shape(written),
          bookmark: typeof one,
          rises: one! < two!,
          form: /^[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{32}$/.test(two!),
          batch: (batch as { results: unknown }[]).map(({ results }) => results),
          read,
          kept: later.getBookmark()! >= two!,
        };
      },
    },
    {
      name: "a statement of the database in a session's batch",
      ask: (db) =>
        outcome(async () => (await db.withSession().batch([db.prepare("SELECT 1 AS a")])).length),
    },
    { name: "dump", ask: (db) => typeof db.dump },
    {
      name: "a session has no exec",
      ask: (db) => typeof (db.withSession() as unknown as { exec: unknown }).exec,
    },
  ],
};
