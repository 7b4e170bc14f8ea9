import { Command } from "@cliffy/command";
import { diagnose, type Diagnosis } from "../lib/check/doctor/doctor.ts";
import type { Cli } from "../lib/cli/cli.ts";

/**
 * `doctor`: look at everything round the program that can be wrong, and say what to do.
 *
 * Works without a project, a home and a network; changes nothing.
 */
export function doctorCommand(cli: Cli) {
  return new Command()
    .example("What is wrong here?", "edgespark doctor")
    .example("For a report", "edgespark doctor --json")
    .action(async () => {
      const result = await diagnose(cli.system, () => cli.project());
      cli.print(result, doctorText, { ok: result.ok });
    });
}

function doctorText({ lines }: Diagnosis): string {
  const width = Math.max(...lines.map(({ name }) => name.length));
  return lines.flatMap(({ name, state, message, fix }) => [
    `${state.padEnd("warning".length)}  ${name.padEnd(width)}  ${message}`,
    ...(fix ? [`${" ".repeat("warning".length + width + 4)}${fix}`] : []),
  ]).join("\n");
}
