import { join } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { Script } from "./shadow.ts";
import { splitStatements } from "./statements.ts";

/** The files of one migration in drizzle-kit 1.0's format. */
export interface FolderMigration {
  /** The folder: `20261121051650_name`. */
  tag: string;
  sql: string;
  snapshot: string;
}

/** Whether a name is that of a migration folder: fourteen digits of time, perhaps a name. */
export function isMigrationFolder(name: string): boolean {
  return /^\d{14}(_|$)/.test(name);
}

/**
 * Whether the history of a project is in drizzle-kit 1.0's format: a folder for each migration, with
 * `migration.sql` and `snapshot.json`, and no journal.
 */
export async function hasFolderHistory(system: System, project: Project): Promise<boolean> {
  const entries = await system.files.list(project.migrations);
  return entries.some(({ name, kind }) => kind === "folder" && isMigrationFolder(name)) &&
    await system.files.info(join(project.migrations, "meta", "_journal.json")) === null;
}

/** The migrations of a folder, oldest first. One without its SQL is what a kill left, and is not there. */
export async function readFolders(system: System, folder: string): Promise<FolderMigration[]> {
  const names = (await system.files.list(folder))
    .filter(({ name, kind }) => kind === "folder" && isMigrationFolder(name));
  const read = async (tag: string, file: string) =>
    new TextDecoder().decode(await system.files.read(join(folder, tag, file)) ?? new Uint8Array());
  const all = await Promise.all(names.map(async ({ name: tag }) => ({
    tag,
    sql: await read(tag, "migration.sql"),
    snapshot: await read(tag, "snapshot.json"),
  })));
  return all.filter(({ sql }) => sql !== "");
}

/** Writes a migration, its SQL last. */
export async function writeFolder(
  system: System,
  folder: string,
  { tag, sql, snapshot }: FolderMigration,
): Promise<void> {
  await system.files.write(join(folder, tag, "snapshot.json"), snapshot);
  await system.files.write(join(folder, tag, "migration.sql"), sql);
}

/** A migration's SQL as it is run. */
export function folderScript({ tag, sql }: FolderMigration): Script {
  const statements = splitStatements(sql, { breakpoints: true }).map(({ text }) => text);
  return { tag, statements };
}
