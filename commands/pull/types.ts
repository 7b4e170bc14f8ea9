import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { checkTypes, pullGenerated, type TypesCheck } from "../../lib/generated/generated.ts";
import { pullText } from "./pull_text.ts";

/**
 * `pull types`: refresh the types of the platform's modules.
 *
 * Writes edgespark.d.ts, server-types.d.ts and .checksums.json where they differ; with `--check` it
 * only says what differs.
 */
export function pullTypesCommand(cli: Cli) {
  return new Command()
    .option("--check", "Write nothing; exit 1 when the types are stale")
    .example("Refresh the types", "edgespark pull types")
    .example("Check them in CI", "edgespark pull types --check")
    .action(async ({ check = false }) => {
      const project = await cli.project();
      if (!check) {
        cli.print(await pullGenerated(cli.system, project, "types"), pullText("Types"));
        return;
      }
      const result = await checkTypes(cli.system, project);
      cli.print(result, checkText, { ok: result.upToDate });
      if (!result.upToDate) cli.hint("Run: edgespark pull types");
    });
}

function checkText({ upToDate, files }: TypesCheck): string {
  if (upToDate) return "Types are up to date";
  const stale = files.filter(({ state }) => state !== "same");
  return ["Types are stale", ...stale.map(describe)].join("\n");
}

function describe({ path, state, ...changes }: TypesCheck["files"][number]): string {
  if (state === "missing") return `  ${path}: missing`;
  const kinds = ["added", "changed", "removed"] as const;
  const words = kinds.filter((kind) => changes[kind].length > 0)
    .map((kind) => `${kind} ${changes[kind].join(", ")}`);
  return `  ${path}: ${words.join("; ") || "only the wording differs"}`;
}
