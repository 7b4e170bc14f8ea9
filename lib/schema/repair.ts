import { Failure } from "../failure.ts";
import type { LedgerChange, LedgerRow } from "../platform/app_database.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { type Migration, readChain, sha256 } from "./chain.ts";
import { mendsOf, planMigrate } from "./plan_migrate.ts";
import { repairDoubts } from "./repair_doubts.ts";

/** How `db repair` was asked. */
export interface RepairOptions {
  /** Tags that shall count as applied, with the files as they are. */
  applied?: string[];
  /** Tags that shall count as not applied. */
  unapplied?: string[];
  /** The hash of the plan that was shown: go on if it still is the same. */
  plan?: string;
  confirmDangerous?: boolean;
}

/** One step of a repair. */
export interface RepairStep {
  action: "mark-applied" | "mark-unapplied" | "accept-edit" | "rename" | "adopt";
  tag: string;
  /** What it means, in words. */
  detail: string;
}

/** The answer of `db repair`. */
export interface RepairResult {
  plan: RepairStep[];
  /** Stands for the plan and the ledgers that it was made from. */
  hash: string;
  applied: boolean;
  /** What speaks against a step. */
  notes: string[];
}

/**
 * Corrects the ledgers, never the tables: first as a plan, then, with its hash or an explicit yes, in one
 * transaction. Without tags it only lets the ledgers follow renamed and adopted files.
 *
 * @throws Failure MIGRATION_UNKNOWN (missing), REPAIR_CONTRADICTION (usage), MIGRATION_MISSING (failed),
 * PLAN_CHANGED (conflict), LOCKED (conflict)
 */
export async function repairLedger(
  system: System,
  project: Project,
  platform: Platform,
  options: RepairOptions,
): Promise<RepairResult> {
  const work = async (): Promise<RepairResult> => {
    const { migrations } = await readChain(system, project);
    const ledger = await platform.database.ledger();
    const steps = stepsOf(migrations, ledger, options);
    const plan = steps.map(({ step }) => step);
    const changes = steps.map(({ change }) => change);
    const hash = await hashOf([changes, ledger]);
    const notes = await repairDoubts(plan, migrations, platform);
    const agreed = options.confirmDangerous || options.plan !== undefined;
    // Said again after it was carried out, it is done; a plan of nothing at all was another one.
    const isNamed = (options.applied?.length ?? 0) + (options.unapplied?.length ?? 0) > 0;
    if (options.plan !== undefined && options.plan !== hash && (changes.length > 0 || !isNamed)) {
      throw planChanged(options.plan, hash);
    }
    if (!agreed || changes.length === 0) return { plan, hash, applied: false, notes };
    await platform.database.ensureSystem();
    await platform.database.mend(changes);
    return { plan, hash, applied: true, notes };
  };
  const writes = options.confirmDangerous || options.plan !== undefined;
  return writes ? await withLock(system, project, "db repair", work) : await work();
}

interface Step {
  step: RepairStep;
  change: LedgerChange;
}

function stepsOf(migrations: Migration[], ledger: LedgerRow[], options: RepairOptions): Step[] {
  const { applied = [], unapplied = [] } = options;
  const both = applied.find((tag) => unapplied.includes(tag));
  if (both) {
    throw new Failure("usage", "REPAIR_CONTRADICTION", `\`${both}\` is in both lists`, {
      hint: "Name every migration once, with `--applied` or with `--unapplied`",
    });
  }
  const named = new Set([...applied, ...unapplied]);
  const mends = mendsOf(planMigrate(migrations, ledger)).flatMap((change): Step[] => {
    if (change.kind === "rename" && !named.has(change.from) && !named.has(change.to)) {
      const detail = `the ledger calls it ${change.from}`;
      return [{ change, step: { action: "rename", tag: change.to, detail } }];
    }
    if (change.kind === "adopt" && !named.has(change.tag)) {
      const detail = "applied by drizzle's migrator; gets its row in the platform's ledger";
      return [{ change, step: { action: "adopt", tag: change.tag, detail } }];
    }
    return [];
  });
  return [
    ...mends,
    ...new Set(unapplied).values().flatMap((tag) => markUnapplied(tag, migrations, ledger)),
    ...new Set(applied).values().flatMap((tag) => markApplied(tag, migrations, ledger)),
  ];
}

function markApplied(tag: string, migrations: Migration[], ledger: LedgerRow[]): Step[] {
  const migration = migrations.find((item) => item.tag === tag);
  if (!migration) throw unknown(tag, migrations.map((item) => item.tag));
  if (migration.hash === null) {
    throw new Failure("failed", "MIGRATION_MISSING", `\`${migration.file}\` is missing`, {
      hint: `Restore it from version control: \`git checkout -- ${migration.file}\``,
    });
  }
  const { hash, when } = migration;
  const change: LedgerChange = { kind: "record", tag, hash, when };
  const row = ledger.find((entry) => entry.tag === tag);
  if (row?.hash === hash) return [];
  return [
    row
      ? {
        change,
        step: {
          action: "accept-edit",
          tag,
          detail: "its file as it is now counts as the one that was applied",
        },
      }
      : {
        change,
        step: { action: "mark-applied", tag, detail: "counts as applied; its SQL is not run" },
      },
  ];
}

function markUnapplied(tag: string, migrations: Migration[], ledger: LedgerRow[]): Step[] {
  const file = migrations.some((item) => item.tag === tag);
  if (!ledger.some((entry) => entry.tag === tag)) {
    if (file) return [];
    throw unknown(tag, ledger.flatMap((entry) => entry.tag ?? []));
  }
  const detail = file
    ? "counts as not applied; the next `db migrate` runs its SQL"
    : "is forgotten; what it did to the tables stays";
  return [{ change: { kind: "forget", tag }, step: { action: "mark-unapplied", tag, detail } }];
}

async function hashOf(value: unknown): Promise<string> {
  return (await sha256(new TextEncoder().encode(JSON.stringify(value)))).slice(0, 16);
}

function unknown(tag: string, tags: string[]): Failure {
  return new Failure("missing", "MIGRATION_UNKNOWN", `There is no migration \`${tag}\``, {
    hint: "Run `edgespark db status` to see them",
    details: { tags },
  });
}

function planChanged(given: string, hash: string): Failure {
  return new Failure("conflict", "PLAN_CHANGED", `The plan is another one than \`${given}\` now`, {
    hint: "Run the command without `--plan` and look at the new plan",
    details: { hash },
  });
}
