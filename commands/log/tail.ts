import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { parseDuration } from "../../lib/duration.ts";
import { logText } from "./log_text.ts";

/**
 * `log tail`: print the app's log: requests, `console.*`, errors.
 *
 * Reads the log on disk, so history is there also when no server runs; follows it until Ctrl-C.
 */
export function tailCommand(cli: Cli) {
  return new Command()
    .option(
      "--since <duration:string>",
      "Begin with records this old, such as 10m or 1h (default: new ones only)",
    )
    .option("--no-follow", "End after what is there; without --since that is everything kept")
    .example("Watch", "edgespark log tail")
    .example("In the background, into a file", "edgespark log tail > .logs/edgespark.log 2>&1 &")
    .example(
      "The last ten minutes, for scripts",
      "edgespark log tail --since 10m --no-follow --json",
    )
    .action(async ({ since, follow }) => {
      const from = since === undefined
        ? (follow ? null : 0)
        : cli.system.clock.now() - parseDuration(since);
      const { logs } = await cli.platform();
      let count = 0;
      for await (const record of logs.tail({ since: from, follow, signal: cli.system.signal })) {
        cli.line(record, logText);
        count++;
      }
      if (follow) cli.step(`Stopped (${count} ${count === 1 ? "record" : "records"})`);
    });
}
