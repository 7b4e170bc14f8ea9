import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { listObjects, type ObjectList } from "../../lib/declare/list_objects.ts";
import { shownKey } from "../../lib/declare/object_address.ts";

/**
 * `storage ls`: the objects of a bucket, page by page.
 *
 * Reads only.
 */
export function lsCommand(cli: Cli) {
  return new Command()
    .arguments("<address:string>", ["`bucket`, `bucket/prefix` or an `s3://` URI"])
    .option("--prefix <prefix:string>", "Only keys that begin like this")
    .option("--limit <count:integer>", "Objects on a page, up to 1000 (default: 1000)")
    .option("--cursor <cursor:string>", "Where the page begins, from an earlier answer")
    .example("The first objects below a prefix", "edgespark storage ls uploads/photos/ --limit 20")
    .action(async ({ prefix, limit, cursor }, address) => {
      const project = await cli.project();
      const options = { address, prefix, limit, cursor };
      const list = await listObjects(cli.system, project, await cli.platform(), options);
      cli.print(list, listText);
      if (list.cursor) {
        cli.hint(`There are more: the same command with \`--cursor ${list.cursor}\``);
      }
    });
}

function listText({ objects, bucket, prefix }: ObjectList): string {
  if (objects.length === 0) {
    return prefix ? `No key begins with \`${shownKey(prefix)}\`` : `\`${bucket}\` is empty`;
  }
  const width = Math.max(...objects.map(({ size }) => String(size).length));
  return objects.map(({ key, size, uploadedAt }) =>
    `${uploadedAt}  ${String(size).padStart(width)}  ${shownKey(key)}`
  ).join("\n");
}
