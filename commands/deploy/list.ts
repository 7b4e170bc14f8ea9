import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import type { Deployment } from "../../lib/platform/platform.ts";

/**
 * `deploy list`: list the stored deployments, what was active last first.
 *
 * Reads the control database; changes nothing.
 */
export function listCommand(cli: Cli) {
  return new Command()
    .example("What can be rolled back to", "edgespark deploy list")
    .action(async () => {
      const { deployments } = await cli.platform();
      cli.print({ deployments: await deployments.list() }, listText);
      cli.hint("Go back to one with `edgespark deploy rollback <id>`");
    });
}

function listText({ deployments }: { deployments: Deployment[] }): string {
  if (deployments.length === 0) return "No deployments";
  return deployments.map(({ id, active, createdAt, activatedAt, bundleBytes, routes }) =>
    [
      active ? "*" : " ",
      id,
      `deployed ${time(createdAt)}`,
      active
        ? "active"
        : activatedAt === null
        ? "never active"
        : `last active ${time(activatedAt)}`,
      `${(bundleBytes / 1024).toFixed(1)} KiB`,
      `${routes.length} ${routes.length === 1 ? "route" : "routes"}`,
    ].join("  ")
  ).join("\n");
}

function time(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace("T", " ");
}
