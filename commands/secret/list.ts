import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { listSecrets, type SecretRow } from "../../lib/declare/secrets.ts";

/**
 * `secret list`: names and states of the secrets, never a value.
 *
 * Reads only.
 */
export function listCommand(cli: Cli) {
  return new Command()
    .example("List the secrets", "edgespark secret list")
    .action(async () => {
      const project = await cli.project();
      cli.print(
        await listSecrets(cli.system, project, await cli.platform()),
        ({ secrets }) => secretsText(secrets),
      );
    });
}

function secretsText(secrets: SecretRow[]): string {
  if (secrets.length === 0) return "There are no secrets";
  const width = Math.max(...secrets.map(({ key }) => key.length));
  return secrets.map(({ key, state, declared, updatedAt }) =>
    [key.padEnd(width), state.padEnd(7), updatedAt ?? "", declared ? "" : "(not declared)"].join(
      "  ",
    ).trimEnd()
  ).join("\n");
}
