import { Failure } from "../../failure.ts";
import { RowsLost } from "../migration_errors.ts";

/** Runs synchronous work; what is wrong with the file itself becomes a Failure. */
export async function attempt<T>(file: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw fileFailure(file, error) ?? error;
  }
}

function fileFailure(file: string, error: unknown): Failure | null {
  if (error instanceof Failure || error instanceof RowsLost) return null;
  const message = messageOf(error);
  const known = FILE_PROBLEMS.find(({ pattern }) => pattern.test(message)) ??
    (UNREACHABLE.some((kind) => error instanceof kind) ? FILE_PROBLEMS[0] : undefined);
  return known
    ? new Failure(known.kind, known.code, `${known.text}: \`${file}\``, {
      hint: known.hint,
      details: { file },
      cause: error,
    })
    : null;
}

const UNREACHABLE = [
  Deno.errors.PermissionDenied,
  Deno.errors.NotADirectory,
  Deno.errors.AlreadyExists,
];

const FILE_PROBLEMS = [
  {
    pattern: /unable to open database|readonly database|attempt to write a readonly/,
    kind: "failed",
    code: "DATABASE_UNWRITABLE",
    text: "The database cannot be opened for writing",
    hint: "Check that your user may write to the file and its folder",
  },
  {
    pattern: /file is not a database|disk image is malformed/,
    kind: "failed",
    code: "DATABASE_CORRUPT",
    text: "The file is not an intact SQLite database",
    hint: "Copy a restore point over it; they lie in `restore` beside it",
  },
  {
    pattern: /database or disk is full/,
    kind: "failed",
    code: "DISK_FULL",
    text: "The disk is full; nothing was changed",
    hint: "Free some space and run the command again",
  },
  {
    pattern: /disk I\/O error/,
    kind: "failed",
    code: "DISK_ERROR",
    text: "The disk does not take what is written; nothing was changed",
    hint: "Look for quotas, file size limits and errors of the disk, then run the command again",
  },
  {
    pattern: /database is locked/,
    kind: "conflict",
    code: "DATABASE_BUSY",
    text: "Another process has been writing for more than 10 s",
    hint: "Wait until it has ended, then run the command again",
  },
] as const;

/** What an error says; of SQLite's without the statement that the engine puts behind it. */
export function messageOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/ in [^]* at offset \d+$/, "");
}
