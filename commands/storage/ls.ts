import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { listObjects, type ObjectList } from "../../lib/declare/list_objects.ts";
import { shownKey } from "../../lib/declare/object_address.ts";

/** How many damaged files the warning names. */
const SHOWN = 5;

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
      if (list.damaged.length > 0) cli.warn("OBJECTS_DAMAGED", damagedText(list));
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

function damagedText({ bucket, damaged }: ObjectList): string {
  const names = damaged.slice(0, SHOWN).map((name) => `\`${name}\``).join(", ");
  const more = damaged.length > SHOWN ? ` and ${damaged.length - SHOWN} more` : "";
  return `Not in the list, because they are no whole objects: ${names}${more} in the folder of ` +
    `\`${bucket}\`. Store those objects again, or remove them with \`edgespark storage rm\``;
}
