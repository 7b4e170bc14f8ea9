import { Failure } from "../failure.ts";

/** One step of a plan. `conflict`: somebody else changed it meanwhile; `none`: already as declared. */
export interface PlanItem {
  action: "create" | "change" | "remove" | "conflict" | "none";
  name: string;
  /** What a person should know about the step. */
  detail: string | null;
  /** The name that it had before, when it is renamed. */
  from?: string;
  /** What goes with a removal, or moves along with a new name. */
  objects?: number;
  bytes?: number;
  /** A conflict that ends in a removal when it is applied all the same. */
  removes?: true;
}

/** What an apply would do, as data. */
export interface Plan {
  plan: PlanItem[];
  /** Stands for the declaration and the state that it was compared with: both unchanged, same hash. */
  hash: string;
}

/** A plan, and whether the platform is now as declared. */
export interface AppliedPlan extends Plan {
  applied: boolean;
}

/** The steps that change something. */
export function changesOf(plan: PlanItem[]): PlanItem[] {
  return plan.filter((item) => item.action !== "none");
}

/** The steps that destroy something. */
export function removalsOf(plan: PlanItem[]): PlanItem[] {
  return plan.filter((item) => item.action === "remove" || item.removes);
}

/** The steps that would overwrite somebody's change. */
export function conflictsOf(plan: PlanItem[]): PlanItem[] {
  return plan.filter((item) => item.action === "conflict");
}

/** 16 hex digits for any plain data. */
export async function hashOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(JSON.stringify(value)),
  );
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/**
 * Holds a plan against the hash that a person agreed to.
 *
 * @throws Failure PLAN_CHANGED (conflict)
 */
export function checkPlan(plan: Plan, agreed: string | undefined, command: string): void {
  if (agreed === undefined || agreed === plan.hash) return;
  throw planChanged(plan, agreed, command);
}

/** The refusal of a plan that is no longer the one that was agreed to; nothing was changed. */
export function planChanged(plan: Plan, agreed: string | undefined, command: string): Failure {
  const what = agreed === undefined ? "changed while it was applied" : `is no longer \`${agreed}\``;
  const left = changesOf(plan.plan).length === 0 ? ": nothing is left to do" : "";
  return new Failure("conflict", "PLAN_CHANGED", `The plan ${what}${left}; nothing was changed`, {
    hint: `Look at the plan as it is now: \`edgespark ${command} --dry-run\``,
    details: { ...plan },
  });
}

/** A plan in words, one line a step. */
export function planText(plan: PlanItem[]): string {
  return changesOf(plan).map(({ action, name, detail }) =>
    `  ${action.padEnd(8)} ${name}${detail ? ` (${detail})` : ""}`
  )
    .join("\n");
}

/**
 * An answer in words: what was or would be done to `things`, and how to have exactly this done.
 *
 * @param command how the apply is called, such as `storage apply`
 */
export function appliedText(result: AppliedPlan, things: string, command: string): string {
  const { plan, hash, applied } = result;
  const count = changesOf(plan).length;
  const head = `${applied ? "Applied" : "Would apply"} ${count} change${count === 1 ? "" : "s"}`;
  const text = `${head} to ${things}:\n${planText(plan)}`;
  const way = applied ? null : agreeing(result, command);
  return way ? `${text}\nPlan ${hash}: apply exactly this with \`${way}\`` : text;
}

/** The command that applies exactly this plan, when a plain apply would be refused; else null. */
export function agreeing({ plan, hash }: Plan, command: string): string | null {
  const removes = removalsOf(plan).length > 0;
  if (!removes && conflictsOf(plan).length === 0) return null;
  return `edgespark ${command} --plan ${hash}${removes ? " --confirm-dangerous" : ""}`;
}
