/** One step of a plan. `conflict` steps make a plan impossible; `none`: already as declared. */
export interface PlanItem {
  action: "create" | "change" | "remove" | "conflict" | "none";
  name: string;
  /** What a person should know about the step. */
  detail: string | null;
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

/** 16 hex digits for any plain data. */
export async function hashOf(value: unknown): Promise<string> {
  const digest = await crypto.subtle.digest(
    "SHA-256",
    new TextEncoder().encode(JSON.stringify(value)),
  );
  return Array.from(new Uint8Array(digest, 0, 8), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

/** A plan in words, one line a step. */
export function planText(plan: PlanItem[]): string {
  return changesOf(plan).map(({ action, name, detail }) =>
    `  ${action.padEnd(8)} ${name}${detail ? ` (${detail})` : ""}`
  )
    .join("\n");
}
