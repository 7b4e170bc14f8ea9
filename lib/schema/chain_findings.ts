import type { Finding } from "../finding.ts";
import type { Migration, SnapshotFile } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { ORIGIN_ID } from "./snapshot.ts";

/** What the chain's own consistency is judged by. */
export interface ChainParts {
  /** `server/drizzle`, relative to the project. */
  folder: string;
  journal: Journal;
  migrations: Migration[];
  snapshots: SnapshotFile[];
  /** SQL files that stand in no journal entry. */
  orphans: string[];
}

/**
 * Judges journal, files and snapshots against each other. Errors are what stops a migration from being
 * applied or generated; warnings are odd, but both this program and drizzle-kit can go on.
 */
export function chainFindings(parts: ChainParts): Finding[] {
  return [...journalFindings(parts), ...fileFindings(parts), ...snapshotFindings(parts)];
}

function journalFindings({ folder, journal }: ChainParts): Finding[] {
  const file = `${folder}/meta/_journal.json`;
  const findings: Finding[] = [];
  const seen = new Set<string>();
  let highest: Journal["entries"][number] | null = null;
  let expected = 0;
  for (const entry of journal.entries) {
    if (seen.has(entry.tag)) {
      findings.push(
        finding(
          "JOURNAL_REPEATED",
          "warning",
          file,
          `\`${entry.tag}\` stands more than once in the journal (idx ${entry.idx})`,
          `Remove the second entry of \`${entry.tag}\` from \`${file}\``,
        ),
      );
      continue;
    }
    seen.add(entry.tag);
    if (entry.idx !== expected) {
      findings.push(
        finding(
          "JOURNAL_INDEX",
          "warning",
          file,
          `\`${entry.tag}\` has idx ${entry.idx} where ${expected} is expected`,
          `Number the entries of \`${file}\` from 0 without gaps`,
        ),
      );
    }
    expected = entry.idx + 1;
    if (highest && entry.when <= highest.when) {
      findings.push(
        finding(
          "JOURNAL_ORDER",
          "warning",
          file,
          `\`${entry.tag}\` is not younger than \`${highest.tag}\` before it: drizzle's own migrator skips it where that one is applied`,
          `Set its \`when\` in \`${file}\` above ${highest.when}`,
        ),
      );
    } else highest = entry;
  }
  return findings;
}

function fileFindings({ folder, migrations, orphans }: ChainParts): Finding[] {
  const findings: Finding[] = [];
  for (const { tag, file, hash, statements } of migrations) {
    if (hash === null) {
      findings.push(
        finding(
          "MIGRATION_MISSING",
          "error",
          file,
          `\`${tag}\` stands in the journal, but its file is missing`,
          `Restore it from version control: \`git checkout -- ${file}\``,
        ),
      );
    } else if (statements.length === 0) {
      findings.push(
        finding("MIGRATION_EMPTY", "info", file, `\`${tag}\` holds no statement`, null),
      );
    }
  }
  for (const tag of orphans) {
    const file = `${folder}/${tag}.sql`;
    findings.push(
      finding(
        "MIGRATION_UNLISTED",
        "warning",
        file,
        `\`${tag}.sql\` stands in no journal entry and is never applied`,
        `Run \`edgespark db generate\` to finish it, or remove \`${file}\``,
      ),
    );
  }
  return findings;
}

function snapshotFindings({ folder, migrations, snapshots }: ChainParts): Finding[] {
  const findings: Finding[] = [];
  for (const { tag, snapshot } of migrations) {
    if (snapshot) continue;
    const file = `${folder}/meta/${tag.split("_")[0]}_snapshot.json`;
    findings.push(
      finding(
        "SNAPSHOT_MISSING",
        "warning",
        file,
        `\`${tag}\` has no snapshot; the next one continues from the one before it`,
        null,
      ),
    );
  }
  const listed = new Set(migrations.map(({ tag }) => tag.split("_")[0]));
  const parents = new Map<string, string>();
  let previous = ORIGIN_ID;
  for (const { prefix, file, snapshot } of snapshots) {
    if (!listed.has(prefix)) {
      findings.push(
        finding(
          "SNAPSHOT_UNLISTED",
          "warning",
          file,
          `\`${file}\` belongs to no migration of the journal`,
          `Run \`edgespark db generate\` to finish it, or remove \`${file}\``,
        ),
      );
      continue;
    }
    const sibling = parents.get(snapshot.prevId);
    if (sibling) {
      findings.push(
        finding(
          "SNAPSHOT_COLLISION",
          "error",
          file,
          `\`${file}\` and \`${sibling}\` continue from the same snapshot: two branches were merged`,
          `Remove the younger migration with its snapshot and journal entry, then run \`edgespark db generate\``,
        ),
      );
    } else if (snapshot.prevId !== previous) {
      findings.push(
        finding(
          "SNAPSHOT_PARENT",
          "warning",
          file,
          `\`${file}\` does not continue from the snapshot before it`,
          `Set its \`prevId\` to "${previous}"`,
        ),
      );
    }
    parents.set(snapshot.prevId, file);
    previous = snapshot.id;
  }
  return findings;
}

function finding(
  code: string,
  severity: Finding["severity"],
  file: string,
  message: string,
  fix: string | null,
): Finding {
  return { code, severity, file, line: null, message, fix };
}
