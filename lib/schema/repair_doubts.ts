import type { Platform } from "../platform/platform.ts";
import type { Migration } from "./chain.ts";
import { classify } from "./classify.ts";
import type { RepairStep } from "./repair.ts";

/** Tables that say otherwise than the plan. */
export async function repairDoubts(
  plan: RepairStep[],
  migrations: Migration[],
  platform: Platform,
): Promise<string[]> {
  const { rows } = await platform.database.query(
    "SELECT lower(name) AS name FROM sqlite_schema WHERE type = 'table'",
  );
  const tables = new Set(rows.map(({ name }) => String(name)));
  return plan.flatMap(({ action, tag }) => {
    const made = migrations.find((item) =>
      item.tag === tag
    )?.statements.map((statement) => classify(statement)).filter(({ verb, target }) =>
      verb === "CREATE TABLE" && !target?.startsWith("__new_")
    )
      .map(({ target }) => target!) ?? [];
    const odd = action === "mark-applied"
      ? made.filter((table) => !tables.has(table.toLowerCase()))
      : action === "mark-unapplied"
      ? made.filter((table) => tables.has(table.toLowerCase()))
      : [];
    return odd.map((table) =>
      action === "mark-applied"
        ? `\`${tag}\` makes the table \`${table}\`, which the database does not have`
        : `\`${tag}\` makes the table \`${table}\`, which the database has: running it will fail`
    );
  });
}
