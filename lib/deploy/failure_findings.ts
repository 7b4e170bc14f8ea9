import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";

/**
 * What a failed check has to say, as findings: one for each problem that its details list, else one.
 * A bug stays an exception.
 */
export function failureFindings(error: unknown): Finding[] {
  if (!(error instanceof Failure) || error.kind === "cancelled") throw error;
  const { code, message, hint, details } = error;
  const own = listOf(details?.findings);
  if (own.length > 0) return own.map((one) => asFinding(one, code, hint));
  const problems = listOf(details?.errors);
  if (problems.length > 0) return problems.map((one) => asFinding(one, code, hint));
  return [asFinding({ ...details, message }, code, hint)];
}

function asFinding(one: Record<string, unknown>, code: string, hint: string | undefined): Finding {
  const text = (value: unknown) => (typeof value === "string" ? value : null);
  return {
    code: text(one.code) ?? code,
    severity: one.severity === "warning" || one.severity === "info" ? one.severity : "error",
    file: text(one.file),
    line: typeof one.line === "number" ? one.line : null,
    message: text(one.message) ?? code,
    fix: text(one.fix) ?? text(one.hint) ?? hint ?? null,
  };
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "object" && one !== null) : [];
}
