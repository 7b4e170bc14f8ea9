/**
 * A process that writes and reads the database over and over, as a running app does:
 * `write_loop.ts <file>`. Says `ready` after the first write; ends when stdin closes, with what it did as
 * one line of JSON.
 */
import { DatabaseSync } from "node:sqlite";

const db = new DatabaseSync(Deno.args[0]!);
db.exec("PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 10000");
let ended = false;
(async () => {
  for await (const _ of Deno.stdin.readable);
  ended = true;
})();
const did = { written: 0, read: 0, errors: [] as string[] };
while (!ended) {
  try {
    db.prepare("INSERT INTO work (note) VALUES (?)").run(`row ${did.written}`);
    did.written++;
    if (did.written === 1) console.log("ready");
    did.read += Number(db.prepare("SELECT count(*) AS n FROM work").get()?.n) > 0 ? 1 : 0;
  } catch (error) {
    did.errors.push(error instanceof Error ? error.message : String(error));
  }
  await new Promise((resolve) => setTimeout(resolve, 1));
}
db.close();
console.log(JSON.stringify(did));
