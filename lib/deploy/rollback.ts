import { Failure } from "../failure.ts";
import type { Deployment, Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";

/** What `deploy rollback` answers. The names are a contract with scripts. */
export interface RollbackResult {
  /** What was active before; null: nothing. */
  from: string | null;
  deploymentId: string;
  /** When that deployment was made, ms. */
  createdAt: number;
  /** Migrations that were applied since: the database has them, the code does not know them. */
  migrationsSince: string[];
  /** False: not recorded for that deployment, so nobody can tell. */
  migrationsKnown: boolean;
  /** What stays as it is. */
  notRestored: string[];
  url: string | null;
  activated: boolean;
}

/** What does not belong to a deployment. */
const NOT_RESTORED = ["database", "vars", "secrets", "buckets"];

/**
 * Activates an earlier deployment again: its bundle, its web assets and its auth config.
 *
 * @param wanted an id or the beginning of one; null: the one that was active before the present one.
 * @throws Failure NO_EARLIER_DEPLOYMENT, DEPLOYMENT_UNKNOWN (missing), DEPLOYMENT_AMBIGUOUS (usage),
 * DEPLOYMENT_ACTIVE (conflict), DEPLOYMENT_DAMAGED, DEPLOYMENT_FAILED (failed).
 */
export async function rollback(
  system: System,
  project: Project,
  platform: Platform,
  wanted: string | null,
  options: { dryRun: boolean },
): Promise<RollbackResult> {
  const work = async (): Promise<RollbackResult> => {
    const stored = await platform.deployments.list();
    const active = stored.find((one) => one.active) ?? null;
    const target = wanted === null ? previous(stored) : find(stored, wanted);
    const applied = (await platform.database.ledger()).flatMap(({ tag }) => tag ?? []);
    const result: RollbackResult = {
      from: active?.id ?? null,
      deploymentId: target.id,
      createdAt: target.createdAt,
      migrationsSince: target.migrations === null
        ? []
        : applied.filter((tag) => !target.migrations!.includes(tag)),
      migrationsKnown: target.migrations !== null,
      notRestored: NOT_RESTORED,
      url: null,
      activated: false,
    };
    if (options.dryRun) return result;
    const { url } = await platform.deployments.activate(target.id);
    return { ...result, url, activated: true };
  };
  return options.dryRun ? await work() : await withLock(system, project, "deploy rollback", work);
}

/** The one that was active before the present one; what never ran is no way back. */
function previous(newestFirst: Deployment[]): Deployment {
  const found = newestFirst.find((one) => !one.active && one.activatedAt !== null);
  if (found) return found;
  throw new Failure("missing", "NO_EARLIER_DEPLOYMENT", "There is no earlier deployment", {
    hint: "`edgespark deploy list` shows what is stored",
  });
}

function find(stored: Deployment[], wanted: string): Deployment {
  const found = wanted === "" ? [] : stored.filter(({ id }) => id.startsWith(wanted));
  const [only] = found;
  if (!only) {
    throw new Failure("missing", "DEPLOYMENT_UNKNOWN", `There is no deployment \`${wanted}\``, {
      hint: "`edgespark deploy list` shows what is stored",
      details: { wanted },
    });
  }
  if (found.length > 1) {
    const ids = found.map(({ id }) => id);
    throw new Failure(
      "usage",
      "DEPLOYMENT_AMBIGUOUS",
      `\`${wanted}\` begins the id of ${ids.length} deployments`,
      { hint: `Name one of ${ids.map((id) => `\`${id}\``).join(", ")}`, details: { ids } },
    );
  }
  if (only.active) {
    throw new Failure("conflict", "DEPLOYMENT_ACTIVE", `Deployment ${only.id} is active already`, {
      hint: "`edgespark deploy list` shows the others",
      details: { deploymentId: only.id },
    });
  }
  return only;
}
