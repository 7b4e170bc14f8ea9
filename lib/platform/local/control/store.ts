import type { SqliteRemoteDatabase } from "drizzle-orm/sqlite-proxy";
import type { DatabaseSync } from "node:sqlite";
import { dirname, join } from "@std/path";
import { Failure } from "../../../failure.ts";

/**
 * `control.sqlite` through drizzle-orm. A statement stands alone; `batch([...])` is one transaction.
 * `transaction()` is not for use: other statements of the process would slip into it.
 */
export type ControlDb = SqliteRemoteDatabase;

/** The control database of one environment. Nothing is opened before the first call. */
export interface Control {
  readonly file: string;
  /** For reading: null while nothing was ever stored, so that looking leaves no trace. */
  read(): Promise<ControlDb | null>;
  /** For writing: made on first use, with the folders above it. */
  write(): Promise<ControlDb>;
  close(): void;
}

/**
 * The store at `<state>/<environment>/control.sqlite`; any number of processes may use it at once.
 *
 * Both openings throw Failure CONTROL_NEWER (conflict), CONTROL_BROKEN or CONTROL_UNWRITABLE (failed).
 */
export function openControl(file: string): Control {
  let connection: DatabaseSync | null = null;
  let opened: Promise<ControlDb> | null = null;
  const open = () =>
    opened ??= (async () => {
      const { connect } = await import("./connection.ts");
      const [database, db] = connect(file);
      connection = database;
      return db;
    })();
  return {
    file,
    async read() {
      return opened || exists(file) ? await open() : null;
    },
    async write() {
      if (!opened && !exists(file)) create(file);
      return await open();
    },
    close() {
      connection?.close();
      connection = null;
      opened = null;
    },
  };
}

/** An empty file that only the user may read; SQLite gives its side files the same mode. */
function create(file: string): void {
  const environment = dirname(file);
  const ignore = join(dirname(environment), ".gitignore");
  try {
    Deno.mkdirSync(environment, { recursive: true });
    if (!exists(ignore)) Deno.writeTextFileSync(ignore, "*\n");
    Deno.openSync(file, { create: true, append: true, mode: 0o600 }).close();
  } catch (cause) {
    throw new Failure("failed", "CONTROL_UNWRITABLE", `Cannot write \`${file}\``, {
      hint: `Check that your user may write to \`${environment}\``,
      details: { file },
      cause,
    });
  }
}

function exists(path: string): boolean {
  try {
    Deno.lstatSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return false;
    }
    throw error;
  }
}
