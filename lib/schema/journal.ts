import { Failure } from "../failure.ts";
import { jsonText, lineIn, parseJson } from "./json_text.ts";

/** One line of `_journal.json`. */
export interface JournalEntry {
  idx: number;
  /** The version of the snapshot format. */
  version: string;
  /** When it was generated, ms since the epoch. */
  when: number;
  /** Name of the SQL file, without `.sql`. */
  tag: string;
  breakpoints: boolean;
}

/** `drizzle/meta/_journal.json`, format version 7 of drizzle-kit 0.2x to 0.31. */
export interface Journal {
  version: string;
  dialect: string;
  entries: JournalEntry[];
}

/** The journal of a project without migrations. */
export const EMPTY_JOURNAL: Journal = { version: "7", dialect: "sqlite", entries: [] };

/**
 * Reads a journal. What is odd but readable (repeated entries, gaps, `when` out of order) passes; the
 * chain reports it.
 *
 * @throws Failure (config): JSON_INVALID, JOURNAL_INVALID, JOURNAL_DIALECT
 */
export function parseJournal(text: string, file: string): Journal {
  const value = parseJson(text, file);
  if (!isRecord(value) || !Array.isArray(value.entries)) {
    throw invalid(file, lineIn(text, ["entries"]), "it has no list `entries`");
  }
  if (value.dialect !== "sqlite") {
    throw new Failure(
      "config",
      "JOURNAL_DIALECT",
      `\`${file}\` belongs to the dialect "${String(value.dialect)}"; only "sqlite" is supported`,
      {
        hint: 'Set `dialect: "sqlite"` in the drizzle config and generate the migrations again',
        details: { file, line: lineIn(text, ["dialect"]) },
      },
    );
  }
  value.entries.forEach((entry: unknown, index: number) => checkEntry(entry, index, text, file));
  return value as unknown as Journal;
}

/** The journal with one more entry, as drizzle-kit writes it; fields of others are kept. */
export function journalText(journal: Journal, entry: JournalEntry): string {
  return jsonText({ ...journal, entries: [...journal.entries, entry] });
}

/** The number of the next migration, as drizzle-kit counts. */
export function nextIndex(journal: Journal): number {
  return (journal.entries.at(-1)?.idx ?? -1) + 1;
}

function checkEntry(entry: unknown, index: number, text: string, file: string): void {
  const refuse = (field: string | null, reason: string) => {
    const path = ["entries", index, ...(field === null ? [] : [field])];
    throw invalid(file, lineIn(text, path), reason);
  };
  if (!isRecord(entry)) return refuse(null, `entry ${index} is not an object`);
  if (
    typeof entry.tag !== "string" || !/^[^/\\\0]+$/.test(entry.tag) || entry.tag.startsWith(".")
  ) {
    refuse("tag", `the \`tag\` of entry ${index} is not the name of a file`);
  }
  if (!Number.isInteger(entry.idx)) {
    refuse("idx", `the \`idx\` of \`${entry.tag}\` is not a whole number`);
  }
  if (typeof entry.when !== "number" || !Number.isFinite(entry.when)) {
    refuse("when", `the \`when\` of \`${entry.tag}\` is not a number`);
  }
}

function invalid(file: string, line: number, reason: string): Failure {
  return new Failure("config", "JOURNAL_INVALID", `Invalid \`${file}\`, line ${line}: ${reason}`, {
    hint: `Restore the file from version control: \`git checkout -- ${file}\``,
    details: { file, line },
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
