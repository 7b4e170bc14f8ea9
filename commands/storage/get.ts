import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { transferProgress } from "../../lib/cli/progress.ts";
import { getObject } from "../../lib/declare/get_object.ts";
import { checkPipe, PIPE, reachOf } from "../../lib/declare/transfer.ts";

/**
 * `storage get`: fetch an object into a file, or to stdout.
 *
 * Overwrites a file only with `--force`; a broken transfer leaves no file.
 */
export function getCommand(cli: Cli) {
  return new Command()
    .arguments("<address:string> [file:string]", [
      "`bucket/key` or its `s3://` URI",
      "The file or folder, or `-` for stdout (default: the key's last part, here)",
    ])
    .option("--force", "Overwrite the file when it exists")
    .example("Fetch an object", "edgespark storage get uploads/brand/logo.png logo.png")
    .example("Look into it", "edgespark storage get uploads/report.csv - | head")
    .action(async ({ force = false }, address, file) => {
      checkPipe(file, cli.json);
      const project = await cli.project(reachOf(cli.system, file ?? "."));
      const onProgress = transferProgress(cli, "Fetched");
      const options = { address, file: file ?? null, force, onProgress };
      const fetched = await getObject(cli.system, project, await cli.platform(), options);
      if (file === PIPE) return;
      cli.print(fetched, ({ uri, file, size }) => {
        return `Fetched \`${uri}\` into \`${file}\`, ${size} bytes`;
      });
    });
}
