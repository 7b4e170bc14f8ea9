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
    .option("--all", "Lint every migration, not only the pending ones")
    .option("--live", "Look at the database also where that needs the network")
    .example("Before a deployment", "edgespark db check")
    .example("Lint the whole history", "edgespark db check --all")
    .action(async ({ all, live }) => {
      const project = await cli.project();
      const open = async () => {
        const platform = await cli.platform();
        // The local database needs no network (decisions: only `--live` uses it).
        return platform.provider === "local" || live ? platform : null;
      };
      const result = await checkDatabase(cli.system, project, open, undefined, { all });
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
