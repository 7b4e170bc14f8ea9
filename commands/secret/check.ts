import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { checkSecrets, type SecretCheck } from "../../lib/declare/check_secrets.ts";

/**
 * `secret check`: whether every declared secret has a value.
 *
 * Reads names only. Exit code 1 while one is missing.
 */
export function checkCommand(cli: Cli) {
  return new Command()
    .example("Before a deploy", "edgespark secret check && edgespark deploy")
    .action(async () => {
      const result = await checkSecrets(cli.system, await cli.project(), await cli.platform());
      cli.print(result, checkText, { ok: result.ok });
    });
}

function checkText({ findings, command }: SecretCheck): string {
  if (command === null) return "Every declared secret is set";
  return [...findings.map(({ message }) => message), `Run \`${command}\``].join("\n");
}
