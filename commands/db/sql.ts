import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { textType } from "../../lib/cli/text_type.ts";
import { runSql, sqlText } from "../../lib/schema/run_sql.ts";
import { resultsText } from "../../lib/schema/sql_text.ts";

/**
 * `db sql`: read and change rows of the database.
 *
 * Reads open the database read-only; writes are one transaction. DDL, PRAGMA and transactions are refused.
 */
export function sqlCommand(cli: Cli) {
  return new Command()
    .type("text", textType)
    .arguments("[sql:string]")
    .option("--file <path:string>", "A file of statements, instead of the argument")
    .option("--param <value:text>", "A value for the next `?`: JSON, or else text", {
      collect: true,
    })
    .option("--limit <rows:integer>", "Most rows of one statement, 0 for all (default 1000)")
    .option("--confirm-dangerous", "Allow DELETE and UPDATE without WHERE")
    .example("Look at rows", 'edgespark db sql "SELECT * FROM posts LIMIT 5"')
    .example(
      "Change one, with values",
      'edgespark db sql "UPDATE posts SET title = ? WHERE id = ?" --param Hello --param 1',
    )
    .action(async ({ file, ...options }, given) => {
      const sql = await sqlText(cli.system, { sql: given, file });
      const project = await cli.project();
      const result = await runSql(cli.system, project, await cli.platform(), { ...options, sql });
      cli.print(result, resultsText);
      result.results.forEach(({ cut }, index) => {
        if (!cut) return;
        cli.warn(
          "ROWS_CUT",
          `Statement ${
            index + 1
          } has more than ${result.limit} rows; \`--limit\` sets how many are shown`,
        );
      });
    });
}
