import { Failure } from "../failure.ts";
import { RowsLost } from "../platform/migration_errors.ts";
import type { RestorePoint, RowsSince } from "../platform/app_database.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";

/** How `db undo` was asked. */
export interface UndoOptions {
  /** The name of a restore point; without it the one before the last applied migration. */
  to?: string;
  confirmDangerous?: boolean;
  /** Say what would be lost, change nothing. */
  dryRun?: boolean;
}

/** The answer of `db undo`. */
export interface UndoResult {
  /** Where the database is now, or would be. */
  to: string;
  undone: boolean;
  /** Migrations that count as not applied again. */
  unapplied: string[];
  /** Rows that stood only in the database as it was left. */
  lost: RowsSince[];
  /** The state that was left. */
  restorePoint: string | null;
  /** A running server waited meanwhile. */
  paused: boolean;
}

/** The restore points, oldest first. */
export async function listRestorePoints(platform: Platform): Promise<RestorePoint[]> {
  return await platform.database.restorePoints();
}

/**
 * Returns to a restore point, after one of the present state was taken. Rows written since are lost
 * only with an explicit yes.
 *
 * @throws Failure NOTHING_TO_UNDO, ROWS_LOST, RESTORE_POINT_BROKEN (failed), RESTORE_POINT_UNKNOWN
 * (missing), LOCKED (conflict)
 */
export async function undo(
  system: System,
  project: Project,
  platform: Platform,
  options: UndoOptions = {},
): Promise<UndoResult> {
  const { database } = platform;
  const work = async (): Promise<UndoResult> => {
    const present = (await database.ledger()).flatMap(({ tag }) => tag ?? []);
    const points = await database.restorePoints();
    const to = options.to ?? pointBefore(points, present);
    const had = new Set(points.find(({ name }) => name === to)?.migrations);
    const result: UndoResult = {
      to,
      undone: false,
      unapplied: present.filter((tag) => !had.has(tag)),
      lost: [],
      restorePoint: null,
      paused: false,
    };
    if (options.dryRun) return { ...result, lost: await database.rowsSince(to) };
    try {
      const done = await database.restore(to, { allowLoss: options.confirmDangerous ?? false });
      return { ...result, ...done, undone: true };
    } catch (error) {
      throw error instanceof RowsLost ? wouldLose(to, error, options) : error;
    }
  };
  return options.dryRun ? await work() : await withLock(system, project, "db undo", work);
}

/** The newest one with other migrations than the database: the state before the last migrate that did something. */
function pointBefore(points: RestorePoint[], present: string[]): string {
  const found = points.findLast(({ reason, migrations }) =>
    reason !== "undo" && migrations.join("\n") !== present.join("\n") &&
    migrations.every((tag) => present.includes(tag))
  );
  if (found) return found.name;
  throw new Failure("failed", "NOTHING_TO_UNDO", "No restore point is older than the database", {
    hint: points.length === 0
      ? "The first `edgespark db migrate` takes one"
      : "Run `edgespark db undo --list`, and name one with `--to`",
    details: { restorePoints: points.map(({ name }) => name) },
  });
}

function wouldLose(to: string, error: RowsLost, options: UndoOptions): Failure {
  const lost = error.losses.map(({ table, before, after }) => ({ table, rows: before - after }));
  const words = lost.map(({ table, rows }) => `${rows} of \`${table}\``).join(", ");
  const command = `edgespark db undo${options.to ? ` --to ${to}` : ""} --confirm-dangerous`;
  return new Failure(
    "failed",
    "ROWS_LOST",
    `Rows written since \`${to}\` would be lost: ${words}`,
    {
      hint: `Nothing was changed. Run \`${command}\` to go back all the same`,
      details: { to, lost },
      cause: error,
    },
  );
}
