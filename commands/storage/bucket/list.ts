import { Command } from "@cliffy/command";
import type { Cli } from "../../../lib/cli/cli.ts";
import { amount } from "../../../lib/declare/buckets.ts";
import { type BucketRow, listBuckets } from "../../../lib/declare/list_buckets.ts";

/**
 * `storage bucket list`: the buckets that are applied, with what they hold.
 *
 * Reads only.
 */
export function listCommand(cli: Cli) {
  return new Command()
    .option("--desc", "Show the descriptions as well")
    .example("List with descriptions", "edgespark storage bucket list --desc")
    .action(async ({ desc = false }) => {
      const project = await cli.project();
      const buckets = await listBuckets(cli.system, project, await cli.platform());
      cli.print({ buckets }, () => bucketsText(buckets, desc));
    });
}

function bucketsText(buckets: BucketRow[], desc: boolean): string {
  if (buckets.length === 0) return "There are no buckets";
  return buckets.map(({ name, description, objects, bytes, createdAt }) => {
    const line = `${name}  ${amount(objects, bytes)}, since ${createdAt}`;
    return desc ? `${line}\n  ${description}` : line;
  }).join("\n");
}
