import type { DatabaseSync } from "node:sqlite";
import type { Migration, MigrationChain } from "./chain.ts";
import type { Kit } from "./diff.ts";
import { openShadow, runScripts, type Script, type ScriptFailure } from "./shadow.ts";
import { EMPTY_SNAPSHOT } from "./snapshot.ts";

/** A migration's SQL as it is run. */
export function scriptOf({ tag, statements }: Migration): Script {
  return { tag, statements: statements.map(({ text }) => text) };
}

/** A database in memory after the given migrations, and the first of them that failed. */
export function replay(
  migrations: Migration[],
): { db: DatabaseSync; failure: ScriptFailure | null } {
  const db = openShadow();
  return { db, failure: runScripts(db, migrations.map(scriptOf)) };
}

/**
 * A database in memory at the end of the chain. A history that cannot be replayed from nothing, because
 * it was written by hand or lost its beginning, is replaced by what the last snapshot describes.
 */
export async function shadowAtEnd(kit: Kit, chain: MigrationChain): Promise<DatabaseSync> {
  const { db, failure } = replay(chain.migrations);
  if (!failure) return db;
  db.close();
  const fresh = openShadow();
  const statements = await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, chain.latest);
  const refused = runScripts(fresh, [{ tag: "snapshot", statements }]);
  if (refused) {
    throw new Error(`The last snapshot does not describe a database: ${refused.message}`);
  }
  return fresh;
}
