import { join, relative } from "@std/path";
import type { Finding } from "../finding.ts";
import type { System } from "../ports/system.ts";
import { decode, type Project } from "../project/project.ts";
import { type Migration, type MigrationChain, sha256 } from "./chain.ts";
import { fileFindings, nextUnlisted } from "./chain_findings.ts";
import { isMigrationFolder } from "./folder_history.ts";
import { parseJson } from "./json_text.ts";
import { EMPTY_JOURNAL } from "./journal.ts";
import { chainFinding } from "./snapshot_findings.ts";
import { EMPTY_SNAPSHOT, ORIGIN_ID } from "./snapshot.ts";
import { splitStatements } from "./statements.ts";

/** What drizzle-kit 1.0's snapshots tell about their place in the history. */
interface FolderSnapshot {
  tag: string;
  file: string;
  id: string;
  prevIds: string[];
}

/**
 * A history in drizzle-kit 1.0's folder format as the same data as one with a journal. As drizzle's own
 * migrator has it, the folder's name is the tag and orders it, its fourteen digits are the time in UTC, and
 * a folder without `migration.sql` counts for nothing. Snapshots are of another version and stay
 * unread but for their chain: the project's own drizzle-kit compares them with the schema.
 *
 * @throws Failure (config): JSON_INVALID
 */
export async function readFolderChain(system: System, project: Project): Promise<MigrationChain> {
  const named = (path: string) => relative(project.root, path).replaceAll("\\", "/");
  const folder = named(project.migrations);
  const names = (await system.files.list(project.migrations))
    .filter(({ name, kind }) => kind === "folder" && isMigrationFolder(name))
    .map(({ name }) => name).sort((a, b) => a.localeCompare(b));
  const migrations: Migration[] = [];
  const snapshots: FolderSnapshot[] = [];
  const findings: Finding[] = [];
  const empty: string[] = [];
  for (const tag of names) {
    const path = join(project.migrations, tag, "migration.sql");
    const bytes = await system.files.read(path);
    if (!bytes) {
      empty.push(tag);
      continue;
    }
    const text = decode(bytes, named(path));
    migrations.push({
      tag,
      idx: migrations.length,
      when: timeOf(tag),
      file: named(path),
      hash: await sha256(bytes),
      text,
      statements: splitStatements(text, { breakpoints: true }),
      snapshot: null,
    });
    const file = join(project.migrations, tag, "snapshot.json");
    const snapshot = await system.files.read(file);
    if (snapshot) snapshots.push(linkOf(tag, named(file), decode(snapshot, named(file))));
    else findings.push(withoutSnapshot(named(file), tag));
  }
  return {
    format: "folders",
    folder,
    journal: EMPTY_JOURNAL,
    migrations,
    latest: EMPTY_SNAPSHOT,
    unfinished: null,
    unlisted: empty,
    findings: [
      ...empty.map((tag) => {
        const severity = tag === nextUnlisted(migrations, empty) ? "error" : "warning";
        return unfinished(`${folder}/${tag}`, tag, severity);
      }),
      ...findings,
      ...fileFindings({ folder, migrations, orphans: [] }),
      ...linkFindings(snapshots),
    ],
  };
}

function timeOf(tag: string): number {
  const [year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)/
    .exec(tag)!.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day, hour, minute, second);
}

function linkOf(tag: string, file: string, text: string): FolderSnapshot {
  const value = parseJson(text, file) as { id?: unknown; prevIds?: unknown } | null;
  const ids = Array.isArray(value?.prevIds) ? value.prevIds : [];
  return { tag, file, id: String(value?.id), prevIds: ids.map(String) };
}

/** Each snapshot continues from known ones, and all but the last are continued from. */
function linkFindings(snapshots: FolderSnapshot[]): Finding[] {
  const ids = new Set([ORIGIN_ID, ...snapshots.map(({ id }) => id)]);
  const continued = new Set(snapshots.flatMap(({ prevIds }) => prevIds));
  const ends = snapshots.filter(({ id }) => !continued.has(id));
  return [
    ...snapshots.filter(({ prevIds }) => prevIds.some((id) => !ids.has(id))).map(({ file }) =>
      chainFinding(
        "SNAPSHOT_PARENT",
        "warning",
        file,
        `\`${file}\` continues from a snapshot that is not here`,
        "Restore the missing folder from version control",
      )
    ),
    ...ends.slice(0, -1).map(({ tag, file }) =>
      chainFinding(
        "SNAPSHOT_BRANCHES",
        "warning",
        file,
        `\`${tag}\` and \`${ends.at(-1)!.tag}\` do not know of each other: branches were merged`,
        "Run `npx drizzle-kit check` in the server folder: it tells whether they fit together",
      )
    ),
  ];
}

function unfinished(folder: string, tag: string, severity: Finding["severity"]): Finding {
  return chainFinding(
    "MIGRATION_UNLISTED",
    severity,
    folder,
    `\`${tag}\` holds no \`migration.sql\` and is never applied`,
    `Restore the file from version control, or remove \`${folder}\``,
  );
}

function withoutSnapshot(file: string, tag: string): Finding {
  return chainFinding("SNAPSHOT_MISSING", "warning", file, `\`${tag}\` has no snapshot`, null);
}
