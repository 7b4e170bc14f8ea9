import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../failure.ts";
import { isSystemTable } from "../../../schema/system_tables.ts";
import type { Snapshot } from "../../../schema/snapshot.ts";
import { quoteName } from "../../../schema/tokens.ts";
import type { PushLoss } from "../../dev.ts";
import { messageOf } from "../database_failures.ts";
import { takeRestorePoint } from "../restore_points.ts";
import { inTransaction } from "../transaction.ts";
import type { PushPlan } from "./plan_push.ts";

/** What `dev` notes in its own database, so that it goes with it: a system table, closed to apps. */
const NOTES = "es_system__dev_notes";
const BUSY = 10_000;

/** The dev database, as the process of `dev` uses it beside the app. */
export class DevDatabase {
  readonly #db: DatabaseSync;

  constructor(file: string) {
    this.#db = new DatabaseSync(file);
    this.#db.exec(
      `PRAGMA busy_timeout = ${BUSY}; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON;
       CREATE TABLE IF NOT EXISTS ${NOTES} (key TEXT PRIMARY KEY, value TEXT NOT NULL)`,
    );
  }

  /** The schema that the last push left; null: none was pushed. */
  schema(): Snapshot | null {
    const text = this.note("schema");
    return text === null ? null : JSON.parse(text);
  }

  note(key: string): string | null {
    const row = this.#db.prepare(`SELECT value FROM ${NOTES} WHERE key = ?`).get(key);
    return row ? String(row.value) : null;
  }

  setNote(key: string, value: string): void {
    this.#db.prepare(`INSERT OR REPLACE INTO ${NOTES} (key, value) VALUES (?, ?)`).run(key, value);
  }

  /**
   * Carries a plan out, in one transaction. What would lose rows or values happens only after the
   * database was copied aside.
   *
   * @param restoreDir where copies go
   * @throws Failure PUSH_REFUSED (failed) when SQLite refuses a statement; DISK_FULL, RESTORE_POINT_FAILED
   */
  async push(
    plan: PushPlan,
    restoreDir: string,
    now: number,
  ): Promise<{ lost: PushLoss[]; copy: string | null }> {
    try {
      this.#run(plan, false);
      return { lost: [], copy: null };
    } catch (error) {
      if (!(error instanceof Loses)) throw error;
      const copy = await takeRestorePoint(this.#db, restoreDir, "push", now);
      // Requests may have written meanwhile: what is told is what really went.
      return { lost: this.#run(plan, true), copy };
    }
  }

  close(): void {
    this.#db.close();
  }

  #run({ statements, renames, snapshot }: PushPlan, allowLoss: boolean): PushLoss[] {
    return inTransaction(this.#db, (db) => {
      // As in a migration, foreign keys are checked at the end.
      db.exec("PRAGMA defer_foreign_keys = ON");
      const before = count(db);
      for (const statement of statements) {
        try {
          db.exec(statement);
        } catch (cause) {
          throw refused(statement, messageOf(cause), cause);
        }
      }
      const lost = losses(before, count(db), renames);
      if (lost.length > 0 && !allowLoss) throw new Loses();
      this.setNote("schema", JSON.stringify(snapshot));
      return lost;
    }, (cause) => refused(null, messageOf(cause), cause));
  }
}

/** Ends a push that was only tried. */
class Loses extends Error {}

/** Per table its rows, and per column how many of them have a value. */
type Counts = Map<string, { rows: number; values: Map<string, number> }>;

function count(db: DatabaseSync): Counts {
  const counts: Counts = new Map();
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0")
    .all().map(({ name }) => String(name)).filter((name) => !isSystemTable(name));
  for (const table of tables) {
    const columns = db.prepare("SELECT name FROM pragma_table_info(?)").all(table)
      .map(({ name }) => String(name));
    const list = [
      "count(*) AS n",
      ...columns.map((name, at) => `count(${quoteName(name)}) AS c${at}`),
    ];
    const row = db.prepare(`SELECT ${list.join(", ")} FROM ${quoteName(table)}`).get() ?? {};
    counts.set(table, {
      rows: Number(row.n),
      values: new Map(columns.map((name, at) => [name, Number(row[`c${at}`])])),
    });
  }
  return counts;
}

function losses(before: Counts, after: Counts, renames: PushPlan["renames"]): PushLoss[] {
  const now = new Map([...after].map(([name, counts]) => [name.toLowerCase(), counts]));
  const newName = (kind: string, name: string) =>
    renames.find((rename) => rename.kind === kind && rename.from === name)?.to ?? name;
  const lost: PushLoss[] = [];
  for (const [table, was] of before) {
    const called = newName("table", table);
    const is = now.get(called.toLowerCase());
    if ((is?.rows ?? 0) < was.rows) {
      lost.push({ table, column: null, count: was.rows - (is?.rows ?? 0) });
      continue;
    }
    const values = new Map(
      [...is?.values ?? []].map(([name, count]) => [name.toLowerCase(), count]),
    );
    for (const [column, count] of was.values) {
      const name = newName("column", `${called}.${column}`).split(".").at(-1)!;
      const left = values.get(name.toLowerCase()) ?? 0;
      if (left < count) lost.push({ table, column, count: count - left });
    }
  }
  return lost;
}

function refused(statement: string | null, reason: string, cause: unknown): Failure {
  const what = statement === null
    ? "the change of the schema"
    : `\`${statement.replace(/\s+/g, " ").replace(/;\s*$/, "").slice(0, 200)}\``;
  return new Failure("failed", "PUSH_REFUSED", `The dev database refuses ${what}: ${reason}`, {
    hint:
      "Correct `db_schema.ts` (a new required column needs a default where there are rows), or begin anew with `edgespark dev --reset`",
    details: { file: null, line: null, statement },
    cause,
  });
}
