import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { textType } from "../../lib/cli/text_type.ts";
import { tailLog } from "../../lib/log/tail_log.ts";
import { logText, verdictText } from "./log_text.ts";

/**
 * `log tail`: print the app's log: requests, `console.*`, errors; or prove what comes in it.
 *
 * Reads the log on disk, so history is there also when no server runs; follows it until Ctrl-C.
 */
export function tailCommand(cli: Cli) {
  return new Command()
    .type("text", textType)
    .option(
      "--since <moment:string>",
      "Begin with records this old (10m, 1h) or of this moment (ISO 8601); default: new ones",
    )
    .option("--no-follow", "End after what is there; without --since that is everything kept")
    .option("--level <level:string>", "debug, info, warn or error and worse; or request, system")
    .option(
      "--status <codes:string>",
      "Requests with this status, and their lines: 500, 5xx, 400-499",
    )
    .option("--path <path:string>", "Requests below this path, or like a pattern with * and **")
    .option("--search <text:string>", "Records with this text, in capitals or not")
    .option("--limit <n:integer>", "Print at most this many records; with --no-follow the newest")
    .option("--expect <text:text>", "Succeed when this text came; may be given again", {
      collect: true,
    })
    .option("--forbid <text:text>", "Fail when this text comes; may be given again", {
      collect: true,
    })
    .option("--for <duration:string>", "How long to watch (with --expect or --forbid: 60s)")
    .example("Watch", "edgespark log tail")
    .example("In the background, into a file", "edgespark log tail > .logs/edgespark.log 2>&1 &")
    .example("What went wrong lately", "edgespark log tail --since 10m --no-follow --status 5xx")
    .example(
      "Prove that a deployment is well",
      'edgespark log tail --expect "GET /api/health 200" --forbid Error --for 30s',
    )
    .action(async (options) => {
      const { logs } = await cli.platform();
      if (options.follow && (options.expect ?? options.forbid)) {
        cli.step(
          `Watching for ${options.for ?? "60s"}; a server that does not run yet is waited for`,
        );
      }
      const { records, verdict } = await tailLog(
        cli.system,
        logs,
        options,
        (record) => cli.line(record, logText),
      );
      if (verdict) cli.print({ assertion: verdict }, verdictText, { ok: verdict.ok });
      else if (options.follow) {
        cli.step(`Stopped (${records} ${records === 1 ? "record" : "records"})`);
      }
    });
}
