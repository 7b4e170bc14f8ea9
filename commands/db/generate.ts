import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { generateMigration, type GenerateResult } from "../../lib/schema/generate.ts";
import { generateAsking } from "../../lib/schema/generate_asking.ts";
import { generateCustom } from "../../lib/schema/generate_custom.ts";
import { type Hint, readHints } from "../../lib/schema/hints.ts";
import type { OpenQuestion } from "../../lib/schema/questions.ts";

/**
 * `db generate`: write the migration that the declared schema calls for.
 *
 * Evaluates server/src/defs in the sandbox; writes one migration under server/drizzle.
 */
export function generateCommand(cli: Cli) {
  return new Command()
    .option("--name <name:string>", "Name of the migration")
    .option("--dry-run", "Show the SQL without writing it")
    .option("--custom", "Write an empty migration to fill in")
    .option("--rename <change:string>", "A renamed column, `table.old:new`", { collect: true })
    .option("--rename-table <change:string>", "A renamed table, `old:new`", { collect: true })
    .option("--drop <name:string>", "A table or `table.column` that is gone for good", {
      collect: true,
    })
    .option("--create <name:string>", "A table or `table.column` that is new, not renamed", {
      collect: true,
    })
    .option("--hints <file:string>", "Such answers as drizzle-kit's JSON hints; `-` reads stdin")
    .example("Name the migration", "edgespark db generate --name add_posts")
    .example(
      "Keep the values of a renamed column",
      "edgespark db generate --rename posts.title:headline",
    )
    .example("SQL of one's own", "edgespark db generate --custom --name fill_slugs")
    .action(async ({ hints: source, custom, ...flags }) => {
      // Before the project is opened: afterwards nothing outside of it can be read.
      const hints = source === undefined ? [] : await readHints(cli.system, source);
      const project = await cli.project();
      const options = { ...flags, hints };
      const result = custom
        ? await generateCustom(cli.system, project, options)
        : cli.interactive
        ? await generateAsking(cli.system, project, options, (question) => ask(cli, question))
        : await generateMigration(cli.system, project, options);
      cli.print(result, generateText);
      for (const { code, severity, message, fix } of result.findings) {
        // What is no warning is the answer itself.
        if (severity === "info") cli.hint(fix ?? message);
        else cli.warn(code, fix ? `${message}. ${fix}` : message);
      }
      if (result.written) {
        cli.hint(`${custom ? "Fill in" : "Review"} the SQL, then run \`edgespark db migrate\``);
      }
    });
}

async function ask(cli: Cli, { kind, entity, hints }: OpenQuestion): Promise<Hint> {
  const { Select } = await import("@cliffy/prompt");
  const decoder = new TextDecoder();
  const chosen = await Select.prompt<number>({
    message: `Is ${kind} ${entity.slice(1).join(".")} new, or renamed?`,
    options: hints.map((hint, value) => ({
      value,
      name: hint.type === "rename"
        ? `Renamed from ${hint.from.slice(1).join(".")}; its values are kept`
        : "New; it starts empty",
    })),
    writer: {
      writeSync(bytes) {
        cli.system.terminal.err(decoder.decode(bytes, { stream: true }));
        return bytes.length;
      },
    },
  });
  return hints[chosen]!;
}

function generateText(result: GenerateResult): string {
  const { changed, path, statements, written, findings } = result;
  if (!changed) {
    return `No changes: ${findings[0]?.message ?? "the migrations are what the schema declares"}`;
  }
  const lines = [written ? `Wrote ${path}` : `Would write ${path}`];
  if (statements.length > 0) lines.push("", ...statements, "", rehearsalText(result));
  return lines.join("\n");
}

function rehearsalText({ rehearsal, rehearsalMs, findings }: GenerateResult): string {
  const [finding] = findings;
  if (finding?.severity === "error") return "Rehearsed: SQLite refuses it";
  if (finding) return "Rehearsed: it fails where tables have rows";
  if (rehearsal.length === 0) return `Rehearsed on an empty database in ${rehearsalMs} ms`;
  const tables = `${rehearsal.length} ${rehearsal.length === 1 ? "table" : "tables"}`;
  const gone = rehearsal.filter(({ lost }) => lost > 0).map(({ table }) => table);
  const outcome = gone.length === 0 ? "every row kept" : `rows go from ${gone.join(", ")}`;
  return `Rehearsed on ${tables} in ${rehearsalMs} ms: ${outcome}`;
}
