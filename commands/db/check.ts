import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import type { Finding } from "../../lib/finding.ts";
import { checkDatabase, type CheckResult } from "../../lib/schema/check.ts";

/**
 * `db check`: check migrations, schema and database against each other.
 *
 * Reads server/drizzle, evaluates server/src/defs in the sandbox, reads the database; writes nothing.
 */
export function checkCommand(cli: Cli) {
  return new Command()
    .example("Before a deployment", "edgespark db check")
    .action(async () => {
      const project = await cli.project();
      const result = await checkDatabase(cli.system, project, await cli.platform());
      cli.print(result, checkText, { ok: result.ok });
    });
}

function checkText({ ok, findings }: CheckResult): string {
  const count = (severity: Finding["severity"]) =>
    findings.filter((finding) => finding.severity === severity).length;
  const lines = findings.flatMap(({ severity, code, file, line, message, fix }) => [
    `${severity} ${code}: ${message}`,
    ...(file ? [`  ${file}${line ? `:${line}` : ""}`] : []),
    ...(fix ? [`  ${fix}`] : []),
  ]);
  const sums = `${count("error")} errors, ${count("warning")} warnings`;
  return [...lines, ok ? `The database workflow is in order (${sums})` : `Problems found (${sums})`]
    .join("\n");
}
