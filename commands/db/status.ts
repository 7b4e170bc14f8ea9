import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { type DatabaseStatus, databaseStatus } from "../../lib/schema/status.ts";

/**
 * `db status`: say of every migration whether it is applied.
 *
 * Reads server/drizzle and the ledgers of the environment's database; writes nothing.
 */
export function statusCommand(cli: Cli) {
  return new Command()
    .example("What is pending", "edgespark db status")
    .action(async () => {
      const project = await cli.project();
      const status = await databaseStatus(cli.system, project, await cli.platform());
      cli.print(status, statusText);
      const mend = status.migrations.find(({ fix }) => fix !== null);
      if (mend) cli.hint(`For \`${mend.tag}\`: \`${mend.fix}\``);
    });
}

function statusText({ migrations, counts, restorePoints }: DatabaseStatus): string {
  if (migrations.length === 0) return "No migrations";
  const width = (values: string[]) => Math.max(...values.map((value) => value.length));
  const tags = migrations.map(({ tag, appliedHash }) => tag ?? `${appliedHash?.slice(0, 12)}...`);
  const [tagWidth, stateWidth] = [width(tags), width(migrations.map(({ state }) => state))];
  const lines = migrations.map(({ state, appliedAt, detail }, index) =>
    [
      state.padEnd(stateWidth),
      tags[index]!.padEnd(tagWidth),
      (appliedAt ?? "").padEnd(19),
      detail ?? "",
    ].join("  ").trimEnd()
  );
  const sums = Object.entries(counts).map(([state, count]) => `${count} ${state}`).join(", ");
  const points = restorePoints.length === 0
    ? ""
    : `; ${restorePoints.length} restore point${restorePoints.length === 1 ? "" : "s"}`;
  return [...lines, `${sums}${points}`].join("\n");
}
