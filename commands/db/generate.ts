import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { generateMigration, type GenerateResult } from "../../lib/schema/generate.ts";

/**
 * `db generate`: write the migration that the declared schema calls for.
 *
 * Evaluates server/src/defs in the sandbox; writes one migration under server/drizzle.
 */
export function generateCommand(cli: Cli) {
  return new Command()
    .option("--name <name:string>", "Name of the migration")
    .option("--dry-run", "Show the SQL without writing it")
    .option("--rename <change:string>", "A renamed column, `table.old:new`", { collect: true })
    .option("--rename-table <change:string>", "A renamed table, `old:new`", { collect: true })
    .option("--drop <name:string>", "A table or `table.column` that is gone for good", {
      collect: true,
    })
    .option("--create <name:string>", "A table or `table.column` that is new, not renamed", {
      collect: true,
    })
    .example("Name the migration", "edgespark db generate --name add_posts")
    .example(
      "Keep the values of a renamed column",
      "edgespark db generate --rename posts.title:headline",
    )
    .action(async (options) => {
      const project = await cli.project();
      const result = await generateMigration(cli.system, project, options);
      cli.print(result, generateText);
      for (const { code, message, fix } of result.findings) {
        cli.warn(code, fix ? `${message}. ${fix}` : message);
      }
      if (result.written) cli.hint("Review the SQL, then run `edgespark db migrate`");
    });
}

function generateText({ changed, path, statements, written, rehearsal }: GenerateResult): string {
  if (!changed) return "No changes: the migrations are what the schema declares";
  const lines = [written ? `Wrote ${path}` : `Would write ${path}`, "", ...statements];
  if (rehearsal.length > 0) {
    const lost = rehearsal.filter((table) => table.lost > 0);
    const words = lost.map(({ table }) => table).join(", ");
    lines.push(
      "",
      `Rehearsed on ${rehearsal.length} tables: ${
        lost.length === 0 ? "every row kept" : `rows go from ${words}`
      }`,
    );
  }
  return lines.join("\n");
}
