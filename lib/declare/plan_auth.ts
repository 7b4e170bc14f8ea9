import type { AuthBase } from "./auth_base.ts";
import { type AuthConfig, authParts, authWords } from "./auth_config.ts";
import { hashOf, type Plan, type PlanItem } from "./plan.ts";

/**
 * Compares a config with the applied one, part by part. With a base it is a comparison of three: what
 * somebody else changed on the platform since then is a conflict, not a change. `base` is null when
 * this checkout has never seen what is applied, undefined when nobody asks (deploy's drift).
 */
export async function planAuth(
  declared: AuthConfig,
  applied: AuthConfig | null,
  base?: AuthBase | null,
): Promise<Plan> {
  const wanted = authParts(declared);
  const found = applied ? authParts(applied) : new Map<string, string>();
  const seen = base === undefined ? found : seenParts(base);
  const plan = [...new Set([...wanted.keys(), ...found.keys()])].map((name): PlanItem => {
    const [mine, theirs] = [wanted.get(name), found.get(name)];
    if (mine === theirs) return { action: "none", name, detail: null };
    const words = authWords(name, applied, declared);
    const reason = applied ? conflictOf(mine, theirs, seen && { part: seen.get(name) }) : null;
    if (reason) {
      return {
        action: "conflict",
        name,
        detail: `${reason}; applying makes it ${words}`,
        ...(mine === undefined && { removes: true }),
      };
    }
    const action = theirs === undefined ? "create" : mine === undefined ? "remove" : "change";
    return { action, name, detail: applied ? words : null };
  });
  const sides = [wanted, found, seen].map((parts) => parts && [...parts]);
  return { plan, hash: await hashOf([...sides, plan]) };
}

/** Why a step would overwrite somebody's change; null when it does not. No `seen`: nothing ever was. */
function conflictOf(
  mine: string | undefined,
  theirs: string | undefined,
  seen: { part: string | undefined } | null,
): string | null {
  if (!seen) return "applied by somebody else; this checkout has not pulled it";
  if (seen.part === theirs) return null;
  return seen.part === mine
    ? "changed on the platform since the last pull"
    : "changed in the file and on the platform";
}

/** Null: nothing was seen. */
function seenParts(base: AuthBase | null): Map<string, string> | null {
  if (!base) return null;
  return base.config ? authParts(base.config) : new Map();
}
