import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { StorageError } from "../../../runtime/storage/object_store.ts";
import { sqliteCode } from "./d1_errors.ts";
import { refuseLink } from "./links.ts";
import { openObject } from "./object_file.ts";
import { fileNameOf, keyOf, textOf } from "./object_names.ts";
import { prepareRows, type RowStatement } from "./sqlite_extras.ts";

/** One object as the index knows it. */
export interface IndexedObject {
  key: string;
  /** Bytes. */
  size: number;
  /** ms since the epoch. */
  at: number;
}

/** In the bucket's folder; no object's name looks like it. */
const NAME = "index.sqlite";
const BUSY_LIMIT = 60_000;
/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGED = new Set([11, 26]);
/** ms after which an intent that was never carried out belongs to a process that is gone. */
const STALE = 10_000;

/**
 * The sorted index of a bucket's files, so that a page of a list costs what the page holds. The files
 * are the truth: the index is made anew when it is missing. Every change is announced in `intents`
 * before the file changes and done with it in one transaction, so that after a crash or a power cut
 * the keys that may be wrong are known and looked at again. Several processes may use it at once.
 *
 * Keys are kept as their UTF-8 bytes: in the order that S3 and R2 list them, and whole with NUL.
 */
export class BucketIndex {
  readonly #folder: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, RowStatement>();

  private constructor(folder: string) {
    this.#folder = folder;
    this.#db = new DatabaseSync(join(folder, NAME));
    // Waiting in SQLite would stop the event loop.
    this.#rows("PRAGMA busy_timeout = 20");
  }

  /**
   * Opens the index of a bucket's folder, which must exist; makes it from the files if there is none
   * or if it is damaged. Files that are no whole objects are left out, and kept in mind.
   *
   * @throws StorageError LINK_REFUSED when the folder or the index is a link
   */
  static async open(folder: string): Promise<BucketIndex> {
    refuseLink(folder);
    refuseLink(join(folder, NAME));
    try {
      return await BucketIndex.#open(folder);
    } catch (error) {
      if (!DAMAGED.has(sqliteCode(error) ?? 0)) throw error;
      for (const end of ["", "-wal", "-shm"]) {
        await Deno.remove(join(folder, NAME + end)).catch(() => {});
      }
      return await BucketIndex.#open(folder);
    }
  }

  static async #open(folder: string): Promise<BucketIndex> {
    const index = new BucketIndex(folder);
    try {
      await patiently(() => index.#rows("PRAGMA journal_mode = WAL"));
      const made = () =>
        index.#rows("SELECT 1 FROM sqlite_schema WHERE name = 'objects'").length > 0;
      if (!made()) {
        await patiently(() => index.#db.exec("BEGIN EXCLUSIVE"));
        if (!made()) await index.#makeFromFiles();
        index.#db.exec("COMMIT");
      }
      // Indexes of older versions have none.
      await patiently(() =>
        index.#db.exec("CREATE TABLE IF NOT EXISTS damaged (name TEXT PRIMARY KEY)")
      );
      await index.#settle(0);
      return index;
    } catch (error) {
      index.close();
      throw error;
    }
  }

  /**
   * Changes one file and its entry together. `change` does it now, without waiting for anything, and
   * gives the new entry, or null when the object is gone.
   */
  async change(key: string, change: () => Omit<IndexedObject, "key"> | null): Promise<void> {
    const bytes = new TextEncoder().encode(key);
    const intent = crypto.randomUUID();
    await patiently(() => {
      this.#db.exec("PRAGMA synchronous = FULL");
      this.#rows("INSERT INTO intents VALUES (?, ?, ?)", intent, bytes, Date.now());
      this.#db.exec("PRAGMA synchronous = NORMAL");
    });
    // All at once: others use the same connection.
    await patiently(() => {
      this.#db.exec("BEGIN IMMEDIATE");
      try {
        this.#enter(bytes, change());
        this.#rows("DELETE FROM intents WHERE id = ?", intent);
      } finally {
        this.#db.exec("COMMIT");
      }
    });
  }

  /** Up to `limit` objects from `from` on (or after it), below `end`, in the order of their keys. */
  async range(
    from: Uint8Array,
    after: boolean,
    end: Uint8Array | null,
    limit: number,
  ): Promise<IndexedObject[]> {
    await this.#settle(STALE);
    const where = `key ${after ? ">" : ">="} ?${end ? " AND key < ?" : ""}`;
    const values = end ? [from, end, limit] : [from, limit];
    return this.#rows(
      `SELECT key, size, at FROM objects WHERE ${where} ORDER BY key LIMIT ?`,
      ...values,
    ).map(([key, size, at]) => ({
      key: textOf(key as Uint8Array),
      size: Number(size),
      at: Number(at),
    }));
  }

  /** The names of files that are no whole objects; those that have become one are entered. */
  async damaged(): Promise<string[]> {
    const names = this.#rows("SELECT name FROM damaged ORDER BY name").map(([name]) =>
      String(name)
    );
    const left: string[] = [];
    for (const name of names) {
      const found = await this.#look(name);
      if (found === "damaged") left.push(name);
      else {
        await patiently(() => {
          // Mended by hand; a put that was faster has entered it already.
          if (found) {
            const key = new TextEncoder().encode(found.key);
            this.#rows("INSERT OR IGNORE INTO objects VALUES (?, ?, ?)", key, found.size, found.at);
          }
          this.#rows("DELETE FROM damaged WHERE name = ?", name);
        });
      }
    }
    return left;
  }

  usage(): { objects: number; bytes: number } {
    const [row] = this.#rows("SELECT count(*), coalesce(sum(size), 0) FROM objects");
    return { objects: Number(row?.[0]), bytes: Number(row?.[1]) };
  }

  close(): void {
    this.#statements.clear();
    if (this.#db.isOpen) this.#db.close();
  }

  /** Looks again at the objects that an unfinished change may have touched. */
  async #settle(age: number): Promise<void> {
    const before = Date.now() - age;
    for (const [id, bytes] of this.#rows("SELECT id, key FROM intents WHERE at <= ?", before)) {
      const name = fileNameOf(textOf(bytes as Uint8Array));
      const found = await this.#look(name);
      await patiently(() => {
        this.#enter(bytes as Uint8Array, found === "damaged" ? null : found);
        if (found === "damaged") this.#rows("INSERT OR IGNORE INTO damaged VALUES (?)", name);
        this.#rows("DELETE FROM intents WHERE id = ? AND at <= ?", id!, Date.now() - STALE);
      });
    }
  }

  /** What a file holds; null: there is none. */
  async #look(name: string): Promise<IndexedObject | "damaged" | null> {
    try {
      const open = await openObject(join(this.#folder, name));
      open?.file.close();
      return open && { key: open.head.key, size: open.size, at: open.modified.getTime() };
    } catch (error) {
      // One file must not take the whole bucket with it.
      if (error instanceof StorageError) return "damaged";
      throw error;
    }
  }

  #enter(key: Uint8Array, entry: Omit<IndexedObject, "key"> | null): void {
    if (!entry) this.#rows("DELETE FROM objects WHERE key = ?", key);
    else this.#rows("REPLACE INTO objects VALUES (?, ?, ?)", key, entry.size, entry.at);
  }

  async #makeFromFiles(): Promise<void> {
    this.#db.exec(
      `CREATE TABLE objects (key BLOB PRIMARY KEY, size INTEGER, at INTEGER) WITHOUT ROWID;
      CREATE TABLE intents (id TEXT PRIMARY KEY, key BLOB, at INTEGER);
      CREATE TABLE damaged (name TEXT PRIMARY KEY)`,
    );
    for await (const { name } of Deno.readDir(this.#folder)) {
      if (keyOf(name) === undefined) continue;
      const found = await this.#look(name);
      if (found === "damaged") this.#rows("INSERT INTO damaged VALUES (?)", name);
      else if (found) this.#enter(new TextEncoder().encode(found.key), found);
    }
  }

  #rows(sql: string, ...values: (string | number | Uint8Array | unknown)[]) {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, statement = prepareRows(this.#db, sql));
    return statement.all(...values as (string | number | Uint8Array)[]);
  }
}

/** Waits, without stopping the event loop, while another process writes. */
async function patiently(work: () => unknown): Promise<void> {
  for (let waited = 0, pause = 2;; waited += pause, pause = Math.min(pause * 2, 100)) {
    try {
      return void work();
    } catch (error) {
      if (sqliteCode(error) !== 5 || waited >= BUSY_LIMIT) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
