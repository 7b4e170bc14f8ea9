import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { pullAuth, type PulledAuth } from "../../lib/declare/pull_auth.ts";

/**
 * `auth pull`: write the applied auth config to `configs/auth-config.yaml`, its JSON Schema beside it.
 *
 * Writes only when the file means something else; its comments stay.
 */
export function pullCommand(cli: Cli) {
  return new Command()
    .option("--dry-run", "Say what would be written without writing it")
    .example("Refresh the file", "edgespark auth pull")
    .action(async ({ dryRun = false }) => {
      const project = await cli.project();
      const result = await pullAuth(cli.system, project, await cli.platform(), { dryRun });
      if (result.replaced.length > 0) cli.warn("AUTH_EDITS_REPLACED", replacedText(result));
      cli.print(result, (answer) => pulledText(answer, dryRun));
    });
}

function pulledText({ changed, file, written }: PulledAuth, dryRun: boolean): string {
  const lines = changed ? [] : [`\`${file}\` is up to date`];
  for (const path of written) lines.push(`${dryRun ? "Would write" : "Wrote"} \`${path}\``);
  if (written.length > 0 && !dryRun) lines.push(`Re-read: ${written.join(", ")}`);
  return lines.join("\n");
}

function replacedText({ file, replaced, copy }: PulledAuth): string {
  const parts = replaced.map((name) => `\`${name}\``).join(", ");
  return `${parts} in \`${file}\` had changes that were never applied; the file as it was: \`${copy}\``;
}
