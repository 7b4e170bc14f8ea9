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
      const result = await migrate(cli.system, project, await cli.platform(), options);
      for (const note of result.notes) cli.warn("MIGRATE_NOTE", note);
      cli.print(result, options.dryRun ? planText : migrateText);
      if (result.applied.length > 0) cli.hint("Next: `edgespark deploy`");
    });
}

function migrateText({ applied, mended, restorePoint, pending }: MigrateResult): string {
  const lines = mended.map((change) =>
    change.kind === "rename"
      ? `${change.from} is now called ${change.to}`
      : `${change.tag} was applied before; taken over`
  );
  for (const { tag, statements, ms } of applied) {
    lines.push(`Applied ${tag} (${count(statements, "statement")}, ${ms} ms)`);
  }
  if (applied.length === 0) lines.push("Nothing to apply: the database is up to date");
  if (pending.length > 0) lines.push(`Still pending: ${pending.join(", ")}`);
  if (restorePoint) lines.push(`Restore point: ${restorePoint}`);
  return lines.join("\n");
}

function planText({ pending, dangerous, rehearsal }: MigrateResult): string {
  if (pending.length === 0) return "Nothing to apply: the database is up to date";
  const lines = [`Would apply ${pending.join(", ")}`];
  for (const { tag, destroys } of dangerous) lines.push(`Dangerous: ${tag} destroys ${destroys}`);
  const touched = rehearsal.filter(({ lost, changed }) => lost > 0 || changed > 0);
  for (const { table, before, lost, changed } of touched) {
    lines.push(`Rehearsal: ${table}, ${lost} of ${before} rows lost, ${changed} changed`);
  }
  if (rehearsal.length > 0 && touched.length === 0) lines.push("Rehearsal: every row kept");
  return lines.join("\n");
}

function count(number: number, word: string): string {
  return `${number} ${number === 1 ? word : `${word}s`}`;
}
