import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { listSecrets, type SecretRow } from "../../lib/declare/secrets.ts";

/**
 * `secret list`: names and states of the secrets, never a value.
 *
 * Reads only. A value whose sealing key is missing is not `set`.
 */
export function listCommand(cli: Cli) {
  return new Command()
    .example("List the secrets", "edgespark secret list")
    .action(async () => {
      const project = await cli.project();
      const { secrets, findings } = await listSecrets(cli.system, project, await cli.platform());
      for (const { code, message, fix } of findings) cli.warn(code, `${message}. ${fix}`);
      cli.print({ secrets }, () => secretsText(secrets));
    });
}

function secretsText(secrets: SecretRow[]): string {
  if (secrets.length === 0) return "There are no secrets";
  const width = Math.max(...secrets.map(({ key }) => key.length));
  return secrets.map(({ key, state, locked, declared, updatedAt }) =>
    [
      key.padEnd(width),
      (locked && state === "unset" ? "locked" : state).padEnd(7),
      updatedAt ?? "",
      declared ? "" : "(not declared)",
    ].join("  ").trimEnd()
  ).join("\n");
}
