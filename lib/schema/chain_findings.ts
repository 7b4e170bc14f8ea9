import type { Finding } from "../finding.ts";
import type { Migration, SnapshotFile } from "./chain.ts";
import type { Journal } from "./journal.ts";
import { chainFinding as finding, remadeOnTop, snapshotFindings } from "./snapshot_findings.ts";

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
  const prefixes = new Map<string, string>();
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
    const prefix = entry.tag.split("_")[0]!;
    const other = prefixes.get(prefix);
    if (other) {
      findings.push(
        finding(
          "JOURNAL_NUMBER",
          "warning",
          file,
          `\`${entry.tag}\` and \`${other}\` share the number ${prefix} and one snapshot: branches were merged`,
          remadeOnTop(
            folder,
            entry.tag,
            `take \`${folder}/meta/${prefix}_snapshot.json\` from the branch of \`${other}\``,
          ),
        ),
      );
    }
    prefixes.set(prefix, entry.tag);
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

/** What drizzle-kit writes into a migration to be filled in by hand; a comment to SQLite. */
export const PLACEHOLDER = "-- Custom SQL migration file, put your code below! --";

/** Whether nobody has written anything into a migration yet. */
export function isUnfilled(text: string): boolean {
  return text.replace(PLACEHOLDER, "").trim() === "";
}

/** A file in no journal entry that was surely meant to be applied: its number follows the last one. */
export function nextUnlisted(migrations: Migration[], unlisted: string[]): string | null {
  const numberOf = (tag: string) => tag.split("_")[0]!;
  const last = migrations.map(({ tag }) => numberOf(tag)).sort().at(-1);
  return unlisted.find((tag) =>
    /^\d{4}/.test(tag) && (last === undefined || numberOf(tag) > last)
  ) ?? null;
}

/** Judges the SQL files: whole, merged, with something in them. */
export function fileFindings(
  { folder, migrations, orphans }: Pick<ChainParts, "folder" | "migrations" | "orphans">,
): Finding[] {
  const findings: Finding[] = [];
  for (const { tag, file, hash, text, statements } of migrations) {
    const conflict = conflictLine(text);
    if (conflict !== null) {
      const message = `\`${tag}\` holds an unresolved merge`;
      const fix = "Resolve it: keep one side, or both if they do not depend on each other";
      findings.push({ ...finding("MERGE_CONFLICT", "error", file, message, fix), line: conflict });
    }
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
        isUnfilled(text)
          ? finding(
            "MIGRATION_EMPTY",
            "warning",
            file,
            `\`${tag}\` is still to be filled in`,
            `Write its SQL into \`${file}\`, or a comment that says why there is none`,
          )
          : finding("MIGRATION_EMPTY", "info", file, `\`${tag}\` holds no statement`, null),
      );
    }
  }
  const next = nextUnlisted(migrations, orphans);
  for (const tag of orphans) {
    const file = `${folder}/${tag}.sql`;
    findings.push(
      finding(
        "MIGRATION_UNLISTED",
        tag === next ? "error" : "warning",
        file,
        `\`${tag}.sql\` stands in no journal entry and is never applied`,
        `Run \`edgespark db generate\` to finish it, or remove \`${file}\``,
      ),
    );
  }
  return findings;
}

/** The first line of an unresolved merge, or null. */
function conflictLine(text: string): number | null {
  const start = /^<{7} /m.exec(text);
  return start && /^>{7} /m.test(text) ? text.slice(0, start.index).split("\n").length : null;
}
