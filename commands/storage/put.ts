import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { transferProgress } from "../../lib/cli/progress.ts";
import { putObject } from "../../lib/declare/put_object.ts";
import { reachOf } from "../../lib/declare/transfer.ts";

/**
 * `storage put`: store a file, or what is piped in, as an object.
 *
 * Replaces an object only with `--force`; a broken transfer stores nothing.
 */
export function putCommand(cli: Cli) {
  return new Command()
    .arguments("<file:string> <address:string>", [
      "The file, or `-` for stdin",
      "`bucket/key`, its `s3://` URI, or `bucket/` to keep the file's name",
    ])
    .option("--content-type <type:string>", "Media type (default: by the key's ending)")
    .option("--content-disposition <value:string>", "How browsers offer it")
    .option("--content-encoding <value:string>", "How the bytes are encoded")
    .option("--cache-control <value:string>", "How long it may be cached")
    .option("--force", "Replace the object when it exists")
    .example("Store a file", "edgespark storage put logo.png uploads/brand/logo.png")
    .example("Store what is piped in", "edgespark storage put - uploads/report.csv < report.csv")
    .action(async ({ force = false, ...metadata }, file, address) => {
      const project = await cli.project(reachOf(cli.system, file));
      const { contentType, contentDisposition, contentEncoding, cacheControl } = metadata;
      const stored = await putObject(cli.system, project, await cli.platform(), {
        file,
        address,
        metadata: { contentType, contentDisposition, contentEncoding, cacheControl },
        force,
        onProgress: transferProgress(cli, "Stored"),
      });
      cli.print(stored, ({ uri, size, replaced }) => {
        return `${replaced ? "Replaced" : "Stored"} \`${uri}\`, ${size} bytes`;
      });
    });
}
