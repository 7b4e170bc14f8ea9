import { Failure } from "../failure.ts";
import type { Kit } from "./diff.ts";
import type { Snapshot } from "./snapshot.ts";
import { declaredAspects, type Shortfall } from "./target.ts";
import { shortReason } from "./try_out.ts";

/** Where SQLite refuses what is declared from nothing, too, that is said. */
export async function declarationRefused(
  kit: Kit,
  cur: Snapshot,
  wanted: Shortfall[],
): Promise<Failure | null> {
  const names = (type: Shortfall["type"]) =>
    wanted.filter((one) => one.type === type).map(({ name }) => name);
  const { refused } = await declaredAspects(kit, cur, names("table"), names("view"));
  const [first] = refused;
  return first === undefined ? null : new Failure(
    "failed",
    "SCHEMA_NOT_REACHED",
    `SQLite refuses what the schema declares for \`${first[0]}\`: ${shortReason(first[1])}`,
    {
      hint: "Correct the declaration in `db_schema.ts`",
      details: { refused: Object.fromEntries(refused) },
    },
  );
}

/** A change that no statements of ours bring about. */
export function notReached(missing: Shortfall[], reason: string | undefined): Failure {
  const [{ type, name, parts } = { type: "table", name: "?", parts: [] }] = missing;
  const why = reason ?? (parts.length === 0 ? null : `it differs in ${parts.join(", ")}`);
  return new Failure(
    "failed",
    "SCHEMA_NOT_REACHED",
    `No statements were found that make ${type} \`${name}\` what the schema declares${
      why === null ? "" : `: ${why}`
    }`,
    {
      hint:
        `Change \`${name}\` in smaller steps with \`edgespark db generate\` after each, or write the SQL with \`edgespark db generate --custom\``,
      details: { missing },
    },
  );
}
