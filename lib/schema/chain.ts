import { join, relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import { decode, type Project } from "../project/project.ts";
import { chainFindings } from "./chain_findings.ts";
import { isMigrationFolder } from "./folder_history.ts";
import { EMPTY_JOURNAL, type Journal, parseJournal } from "./journal.ts";
import { EMPTY_SNAPSHOT, parseSnapshot, type Snapshot } from "./snapshot.ts";
import { splitStatements, type Statement } from "./statements.ts";

/** One migration of the journal; a tag that stands there twice is one migration. */
export interface Migration {
  tag: string;
  idx: number;
  /** ms since the epoch. */
  when: number;
  /** The SQL file, relative to the project. */
  file: string;
  /** SHA-256 of the file's bytes, lower-case hex. Null: there is no such file. */
  hash: string | null;
  /** The whole file; empty when there is none. */
  text: string;
  statements: Statement[];
  snapshot: Snapshot | null;
}

/** `server/drizzle` as it lies there: the journal, its files, and what is wrong with them. */
export interface MigrationChain {
  /** How drizzle-kit keeps it: `folders` since its version 1.0, with no journal and snapshots of its own. */
  format: "journal" | "folders";
  /** Relative to the project. */
  folder: string;
  journal: Journal;
  migrations: Migration[];
  /** What the next migration starts from: the last snapshot that belongs to the journal. */
  latest: Snapshot;
  /** Left by a `db generate` that was killed before it wrote the journal. */
  unfinished: { tag: string; snapshot: Snapshot } | null;
  /** SQL files that stand in no journal entry, and folders without SQL: never applied. */
  unlisted: string[];
  findings: Finding[];
}

/** A snapshot file with its number: `0003` of `0003_snapshot.json`. */
export interface SnapshotFile {
  prefix: string;
  file: string;
  snapshot: Snapshot;
}

/**
 * Reads the migrations of a project. Odd chains are tolerated and reported as findings.
 *
 * @throws Failure (config) for what cannot be read at all: JSON_INVALID with line and column,
 * JOURNAL_INVALID, JOURNAL_DIALECT, SNAPSHOT_INVALID, SNAPSHOT_VERSION, FOLDER_FORMAT (both formats at once)
 */
export async function readChain(system: System, project: Project): Promise<MigrationChain> {
  const meta = join(project.migrations, "meta");
  const named = (path: string) => relative(project.root, path).replaceAll("\\", "/");
  const [files, metaFiles] = await Promise.all([
    system.files.list(project.migrations),
    system.files.list(meta),
  ]);
  const journalFile = join(meta, "_journal.json");
  const journalBytes = await system.files.read(journalFile);
  const found = files.find(({ name, kind }) => kind === "folder" && isMigrationFolder(name));
  if (found && journalBytes) throw mixed(named(project.migrations), found.name);
  if (found) {
    const { readFolderChain } = await import("./folder_chain.ts");
    return await readFolderChain(system, project);
  }
  const journal = journalBytes
    ? parseJournal(decode(journalBytes, named(journalFile)), named(journalFile))
    : EMPTY_JOURNAL;
  const snapshots = await readSnapshots(system, meta, metaFiles.map(({ name }) => name), named);
  const sqlTags = files.filter(({ name }) => name.endsWith(".sql")).map(({ name }) =>
    name.slice(0, -4)
  );
  const distinct = new Map(journal.entries.toReversed().map((entry) => [entry.tag, entry]));
  const migrations = await Promise.all(
    [...distinct.values()].toReversed().map(async (entry): Promise<Migration> => {
      const path = join(project.migrations, `${entry.tag}.sql`);
      const bytes = await system.files.read(path);
      const text = bytes ? decode(bytes, named(path)) : "";
      const snapshot = snapshots.find(({ prefix }) => prefix === prefixOf(entry.tag))?.snapshot ??
        null;
      return {
        tag: entry.tag,
        idx: entry.idx,
        when: entry.when,
        file: named(path),
        hash: bytes && await sha256(bytes),
        text,
        statements: splitStatements(text, { breakpoints: true }),
        snapshot,
      };
    }),
  );
  const known = new Set(journal.entries.map(({ tag }) => prefixOf(tag)));
  const latest = snapshots.filter(({ prefix }) => known.has(prefix)).at(-1)?.snapshot ??
    EMPTY_SNAPSHOT;
  const orphans = sqlTags.filter((tag) => !distinct.has(tag));
  return {
    format: "journal",
    folder: named(project.migrations),
    journal,
    migrations,
    latest,
    unfinished: unfinishedOf(orphans, snapshots, known, latest),
    unlisted: orphans,
    findings: chainFindings({
      folder: named(project.migrations),
      journal,
      migrations,
      snapshots,
      orphans,
    }),
  };
}

/** SHA-256 in lower-case hex. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new Uint8Array(bytes)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** What joins a migration and its snapshot: everything before the first `_`. */
export function prefixOf(tag: string): string {
  return tag.split("_")[0]!;
}

async function readSnapshots(
  system: System,
  meta: string,
  names: string[],
  named: (path: string) => string,
): Promise<SnapshotFile[]> {
  const wanted = names.filter((name) => name.endsWith("_snapshot.json") && !name.startsWith("_"));
  return await Promise.all(
    wanted.sort().map(async (name) => {
      const path = join(meta, name);
      const bytes = await system.files.read(path) ?? new Uint8Array();
      const file = named(path);
      return { prefix: prefixOf(name), file, snapshot: parseSnapshot(decode(bytes, file), file) };
    }),
  );
}

/** A file and its snapshot that continue the chain, but stand in no journal. */
function unfinishedOf(
  orphans: string[],
  snapshots: SnapshotFile[],
  known: Set<string>,
  latest: Snapshot,
): MigrationChain["unfinished"] {
  for (const { prefix, snapshot } of snapshots) {
    if (known.has(prefix) || snapshot.prevId !== latest.id) continue;
    const tags = orphans.filter((tag) => prefixOf(tag) === prefix);
    if (tags.length === 1) return { tag: tags[0]!, snapshot };
  }
  return null;
}

/** drizzle-kit 1.0 refuses such a folder too: nobody can tell in which order the two parts belong. */
function mixed(folder: string, name: string): Failure {
  return new Failure(
    "config",
    "FOLDER_FORMAT",
    `\`${folder}/${name}\` is a migration in drizzle-kit 1.0's folder format, beside a journal of the older one`,
    {
      hint:
        `Keep one format: run \`npx drizzle-kit up\` of version 1.0 in the server folder, or remove \`${folder}/${name}\``,
      details: { file: `${folder}/${name}` },
    },
  );
}
