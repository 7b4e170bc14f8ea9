import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { deploy } from "../lib/deploy/deploy.ts";
import { deployText } from "../lib/deploy/deploy_text.ts";

/**
 * `deploy`: check, build and activate the app.
 *
 * Compares the repo with the platform, type checks, builds the web part, bundles the server, reads its
 * routes in the sandbox, and switches to it. Starts the local server when none runs.
 */
export function deployCommand(cli: Cli) {
  return new Command()
    .option("--dry-run", "Check and build everything, activate nothing")
    .option("--skip-web", "Do not build the web part")
    .option("--require-typecheck", "Fail when the type check cannot be run")
    .example("See what a deploy would do", "edgespark deploy --dry-run")
    .example("Deploy", "edgespark deploy")
    .action(async ({ dryRun = false, skipWeb = false, requireTypecheck = false }) => {
      const result = await deploy(cli.system, await cli.project(), await cli.platform(), {
        dryRun,
        skipWeb,
        requireTypecheck,
        onStep: (text) => cli.step(text),
      });
      cli.print(result, deployText, { ok: !result.blocked });
      if (result.url) cli.hint("Next: `edgespark log tail` shows requests and errors as they come");
      else if (!result.blocked) cli.hint("Next: run `edgespark deploy` to activate it");
    });
}
