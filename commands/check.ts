import { Command } from "@cliffy/command";
import { checkRepo, type RepoCheck, type RepoCheckOptions } from "../lib/check/check.ts";
import { checkFixing } from "../lib/check/fix.ts";
import type { Cli } from "../lib/cli/cli.ts";
import { listCommands } from "../lib/cli/tree.ts";
import type { Finding } from "../lib/finding.ts";
import { COMMANDS } from "./mod.ts";

/**
 * `check`: check the whole repository in one go.
 *
 * Reads code and declarations, evaluates server/src/defs and the app in the sandbox, reads the
 * environment; with `--fix` it writes generated files and migrations, never the database.
 */
export function checkCommand(cli: Cli) {
  return new Command()
    .option("--fix", "Refresh generated files and write the migration, where that is safe")
    .option("--repo", "Look at the repository only, not at what is set and applied")
    .example("Before a deployment", "edgespark check")
    .example("In CI, where nothing is set", "edgespark check --repo --json")
    .example("Mend what can be mended safely", "edgespark check --fix")
    .action(async ({ fix = false, repo = false }) => {
      const project = await cli.project();
      const options: RepoCheckOptions = {
        open: project.config.provider === "local" && !repo ? () => cli.platform() : null,
        listed: listCommands(COMMANDS),
      };
      const result = fix
        ? await checkFixing(cli.system, project, options)
        : await checkRepo(cli.system, project, options);
      cli.print(result, checkText, { ok: result.ok });
    });
}

function checkText(result: RepoCheck & { fixed?: string[] }): string {
  const { ok, findings, commands, fixed = [] } = result;
  const count = (severity: Finding["severity"]) =>
    findings.filter((finding) => finding.severity === severity).length;
  const groups = Map.groupBy(findings, ({ code }) => code);
  const sums = `${count("error")} errors, ${count("warning")} warnings`;
  return [
    ...fixed.map((command) => `Done: \`${command}\``),
    ...[...groups.values()].flatMap(groupText),
    ok ? `The repository is in order (${sums})` : `Problems found (${sums})`,
    ...(commands.length > 0 ? ["Run, in this order:", ...commands.map((line) => `  ${line}`)] : []),
  ].join("\n");
}

/** Findings of one kind; of many only the first are shown, and a fix that they share once. */
function groupText(findings: Finding[]): string[] {
  const shown = findings.length > 4 ? findings.slice(0, 3) : findings;
  const more = findings.length - shown.length;
  const fixes = new Set(findings.map(({ fix }) => fix));
  return [
    ...shown.flatMap(({ severity, code, file, line, message, fix }) => [
      `${severity} ${code}: ${message}`,
      ...(file ? [`  ${file}${line ? `:${line}` : ""}`] : []),
      ...(fix && fixes.size > 1 ? [`  ${fix}`] : []),
    ]),
    ...(more > 0 ? [`  and ${more} more; \`--json\` lists all`] : []),
    ...(fixes.size === 1 && findings[0]!.fix ? [`  ${findings[0]!.fix}`] : []),
  ];
}
