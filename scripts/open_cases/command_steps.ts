import { compareRoutes } from "./cases.ts";
import { type Said, saidText } from "./program.ts";
import { type Cell, ok, red, type Row } from "./table.ts";
import type { Walk } from "./walk.ts";

/** What is read of a finding. */
interface Finding {
  code: string;
  severity: "error" | "warning" | "info";
  file: string | null;
  message: string;
}

/** `db generate --dry-run`: no changes where the case says so. */
export async function generateCell({ program, one }: Walk): Promise<Cell> {
  const { changed, statements } = await program.ask("db", "generate", "--dry-run");
  // Cases without migrations have no schema to change either.
  const expected = !(one.generate_no_changes ?? true);
  if (changed !== expected) return red(`changed: ${changed}, ${statements.length} statements`);
  return ok(changed ? "changes" : "no changes");
}

/** `db check` before, then `db migrate`: all of them, or up to the one that the case names. */
export async function migrateCell(walk: Walk): Promise<Cell> {
  const { program, one } = walk;
  const checked = await program.say("db", "check");
  if (checked.code !== 0) return red(saidText(["db", "check"], checked));
  walk.note(`\`db check\` before: ${findingCounts(checked.answer.findings)}`);
  const said = await program.say("db", "migrate", "--confirm-dangerous");
  const expected = one.replay ?? { applied: 0, first_failure: null };
  if (expected.first_failure) return await stoppedCell(walk, said, expected.first_failure);
  if (said.code !== 0) return red(saidText(["db", "migrate"], said));
  const applied = said.answer.applied.length;
  return applied === expected.applied
    ? ok(String(applied))
    : red(`${applied} applied, not ${expected.applied}`);
}

async function stoppedCell(
  walk: Walk,
  said: Said,
  at: { tag: string; error: string },
): Promise<Cell> {
  const details = said.error?.details;
  const precise = said.error?.code === "MIGRATION_FAILED" && details?.tag === at.tag &&
    typeof details.line === "number" && details.reason === at.error;
  if (!precise) return red(saidText(["db", "migrate"], said));
  walk.note(`\`db migrate\` stopped as it must: ${said.error!.message}; statement: ${details.sql}`);
  const { migrations } = await walk.program.ask("db", "status");
  const states: { tag: string; state: string }[] = migrations;
  const first = states.find(({ state }) => state !== "applied");
  if (first?.tag !== at.tag || first.state !== "pending") {
    return red(`\`db status\` says that ${first?.tag} is ${first?.state}`);
  }
  return ok(`stops at ${at.tag}, ${(details.applied as string[]).length} applied`);
}

/** `check` at the end of the preparations: nothing to mend but what a broken chain leaves. */
export async function checkCell(walk: Walk): Promise<Cell> {
  const said = await walk.program.say("check");
  if (!said.answer) return red(saidText(["check"], said));
  const findings: Finding[] = said.answer.findings;
  const errors = findings.filter(({ severity }) => severity === "error");
  walk.note(`\`check\`: ${findingCounts(findings)}`);
  const unexpected = errors.filter(({ code }) =>
    !(isStopped(walk) && (code === "REPLAY_FAILED" || code === "MIGRATION_PENDING"))
  );
  if (unexpected.length > 0) return red(unexpected.map(({ message }) => message).join("; "));
  return ok(errors.length > 0 ? "only the broken chain" : "");
}

/** `deploy --dry-run`, then `deploy`, which a chain that stopped must block. */
export async function deployCells(
  walk: Walk,
  onStep: (text: string) => void,
): Promise<Row["cells"]> {
  const { program, one } = walk;
  const options = walk.skipWeb === null ? [] : ["--skip-web"];
  onStep(`${one.name}: dry run`);
  const dry = await program.say("deploy", "--dry-run", ...options);
  const dryRun = dry.answer ? dryRunCell(walk, dry) : red(saidText(["deploy", "--dry-run"], dry));
  onStep(`${one.name}: deploy`);
  const said = await program.say("deploy", ...options);
  const blocked = ((said.answer?.findings ?? []) as Finding[])
    .filter(({ severity }) => severity === "error");
  if (isStopped(walk)) {
    const right = said.code === 1 && !said.answer?.deploymentId && blocked.length > 0 &&
      blocked.every(({ code }) => code === "MIGRATION_PENDING");
    const text = saidText(["deploy"], said);
    return { "dry run": dryRun, deploy: right ? ok("refused: migrations are pending") : red(text) };
  }
  if (said.code !== 0 || !said.answer?.url) {
    const why = blocked.map(({ code, message }) => `${code} ${message}`).join("; ");
    return { "dry run": dryRun, deploy: red(why || saidText(["deploy"], said)) };
  }
  walk.url = said.answer.url;
  return { "dry run": dryRun, deploy: ok("") };
}

function dryRunCell(walk: Walk, { answer }: Said): Cell {
  const expected = walk.one.routes ?? [];
  const { missing, extra } = compareRoutes(answer.routes, expected);
  const right = expected.length - missing.length;
  walk.note(`\`deploy --dry-run\`: ${findingCounts(answer.findings)}`);
  if (missing.length + extra.length > 0) {
    return red(`${right}/${expected.length}; missing ${missing}; extra ${extra}`);
  }
  const errors = (answer.findings as Finding[]).filter(({ severity, code }) =>
    severity === "error" && !(isStopped(walk) && code === "MIGRATION_PENDING")
  );
  if (errors.length > 0) return red(errors.map(({ message }) => message).join("; "));
  return ok(`${right}/${expected.length}${answer.blocked ? ", blocked by the migrations" : ""}`);
}

function isStopped({ one, fromSnapshots }: Walk): boolean {
  return !fromSnapshots && !!one.replay?.first_failure;
}

/** How many findings of which kind: `warning STALE_TYPES x2, info ...`. */
export function findingCounts(findings: Finding[]): string {
  const counts = new Map<string, number>();
  for (const { severity, code } of findings) {
    const key = `${severity} ${code}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([key, n]) => n === 1 ? key : `${key} x${n}`).join(", ") || "no findings";
}
