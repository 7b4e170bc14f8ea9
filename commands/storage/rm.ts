import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { amount } from "../../lib/declare/buckets.ts";
import { type RemovedObjects, removeObjects } from "../../lib/declare/remove_objects.ts";

/**
 * `storage rm`: remove named objects, or all whose keys begin alike.
 *
 * Whatever is named must be there; a prefix is counted first and needs `--confirm-dangerous`.
 */
export function rmCommand(cli: Cli) {
  return new Command()
    .arguments("<addresses...:string>", [
      "`bucket/key` or `s3://` URIs; with `--prefix` one bucket",
    ])
    .option("--prefix <prefix:string>", "All keys of the bucket that begin like this")
    .option("--dry-run", "Count what would be removed")
    .option("--confirm-dangerous", "Allow the removal of everything below a prefix")
    .example("Remove an object", "edgespark storage rm uploads/brand/logo.png")
    .example("Count what a prefix holds", "edgespark storage rm uploads --prefix tmp/ --dry-run")
    .action(async ({ prefix, dryRun = false, confirmDangerous = false }, ...addresses) => {
      const project = await cli.project();
      const options = { addresses, prefix, dryRun, confirmDangerous };
      const result = await removeObjects(cli.system, project, await cli.platform(), options);
      cli.print(result, removedText);
    });
}

function removedText({ objects, bytes, removed }: RemovedObjects): string {
  return `${removed ? "Removed" : "Would remove"} ${amount(objects, bytes)}`;
}
