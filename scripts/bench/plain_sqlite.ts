/**
 * What a migration costs without any of our care: `plain_sqlite.ts <database> <folder> <from>` runs the SQL
 * files of a drizzle folder from number `from` on, each in a transaction, with the journal mode and the
 * durability that ours has. Prints the milliseconds spent in them.
 */
import { DatabaseSync } from "node:sqlite";
import { readdirSync, readFileSync } from "node:fs";
import process from "node:process";

const [file, folder, from] = process.argv.slice(2) as [string, string, string];
const db = new DatabaseSync(file);
db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
const start = performance.now();
for (const name of readdirSync(folder).filter((item) => item.endsWith(".sql")).sort()) {
  if (Number(name.split("_")[0]) < Number(from)) continue;
  db.exec(`BEGIN IMMEDIATE;${readFileSync(`${folder}/${name}`, "utf8")};COMMIT`);
}
console.log(JSON.stringify({ ms: performance.now() - start }));
db.close();
