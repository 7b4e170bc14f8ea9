import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { migrate, type MigrateResult } from "../../lib/schema/migrate.ts";

/**
 * `db migrate`: apply the pending migrations.
 *
 * Reads server/drizzle; takes a restore point; changes the environment's database, one file at a time.
 */
export function migrateCommand(cli: Cli) {
  return new Command()
    .option("--confirm-dangerous", "Go on although tables, columns, rows or names are destroyed")
    .option("--dry-run", "Show what would be applied and what it destroys")
    .option("--to <tag:string>", "The last migration to apply")
    .example("Apply everything", "edgespark db migrate")
    .example("Look first", "edgespark db migrate --dry-run")
    .action(async (options) => {
      const project = await cli.project();
      const result = await migrate(cli.system, project, await cli.platform(), {
        ...options,
        say: (text) => cli.step(text),
      });
      for (const note of result.notes) cli.warn("MIGRATE_NOTE", note);
      cli.print(result, options.dryRun ? planText : migrateText);
      if (result.applied.length > 0) cli.hint("Next: `edgespark deploy`");
    });
}

function migrateText(result: MigrateResult): string {
  const { applied, mended, restorePoint, pending } = result;
  const lines = mended.flatMap((change) =>
    change.kind === "rename"
      ? [`${change.from} is now called ${change.to}`]
      : change.kind === "adopt"
      ? [`${change.tag} was applied before; taken over`]
      : []
  );
  for (const { tag, statements, ms } of applied) {
    lines.push(`Applied ${tag} (${count(statements, "statement")}, ${ms} ms)`);
  }
  if (applied.length > 0) lines.push(rehearsalText(result));
  else if (pending.length > 0) lines.push("Nothing to apply");
  else lines.push("Nothing to apply: the database is up to date");
  if (pending.length > 0) lines.push(`Still pending: ${pending.join(", ")}`);
  if (restorePoint) lines.push(`Restore point: ${restorePoint}`);
  return lines.join("\n");
}

function planText(result: MigrateResult): string {
  const { planned, pending, dangerous, rehearsal } = result;
  const left = pending.filter((tag) => !planned.includes(tag));
  const still = left.length > 0 ? [`Still pending: ${left.join(", ")}`] : [];
  if (pending.length === 0) return "Nothing to apply: the database is up to date";
  if (planned.length === 0) return ["Nothing to apply", ...still].join("\n");
  const lines = [`Would apply ${planned.join(", ")}`, ...still];
  for (const { tag, destroys, file, line } of dangerous) {
    lines.push(`Dangerous: ${tag} destroys ${destroys} (${file}:${line})`);
  }
  lines.push(rehearsalText(result));
  for (const { tag, table, before, lost, changed, compared, source } of rehearsal) {
    const kept = compared ? `${before - lost - changed} kept` : `${before - lost} counted`;
    lines.push(
      `  ${tag}  ${table}: ${kept}, ${compared ? changed : "?"} changed, ${lost} lost of ${
        count(before, "row")
      }${source === "copy" ? "" : " made up"}`,
    );
  }
  return lines.join("\n");
}

/** The rehearsal on one line. */
function rehearsalText({ rehearsal, rehearsalMs, rehearsedOnCopy }: MigrateResult): string {
  const lost = [...new Set(rehearsal.filter((item) => item.lost > 0).map(({ table }) => table))];
  const on = rehearsedOnCopy ? "a copy of the database and made-up rows" : "made-up rows";
  return `Rehearsed on ${on} in ${Math.round(rehearsalMs)} ms: ${
    lost.length === 0 ? "every row kept" : `rows go from ${lost.join(", ")}`
  }`;
}

function count(number: number, word: string): string {
  return `${number} ${number === 1 ? word : `${word}s`}`;
}
