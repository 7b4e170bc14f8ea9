import { Failure } from "../failure.ts";
import { type MigrationChain, prefixOf, sha256 } from "./chain.ts";
import { nextIndex } from "./journal.ts";
import { migrationWords } from "./words.ts";

/**
 * The tag of the next migration: its number in four digits, and its name or two words that follow from
 * its content.
 *
 * @throws Failure NAME_INVALID (usage)
 */
export async function migrationTag(
  chain: MigrationChain,
  statements: string[],
  name: string | undefined,
): Promise<string> {
  const number = String(migrationNumber(chain)).padStart(4, "0");
  if (name !== undefined) return `${number}_${cleanName(name)}`;
  const hash = await sha256(new TextEncoder().encode(`${number}\n${statements.join("\n")}`));
  return `${number}_${migrationWords(hash)}`;
}

/** One after the last, and after every number that a file name has: drizzle-kit would overwrite a snapshot. */
export function migrationNumber({ journal }: MigrationChain): number {
  const used = journal.entries.map(({ tag }) => prefixOf(tag)).filter((prefix) =>
    /^\d{4}$/.test(prefix)
  ).map(Number);
  return Math.max(nextIndex(journal), ...used.map((number) => number + 1));
}

function cleanName(name: string): string {
  const clean = name.trim().replace(/[^\p{L}\p{N}_-]+/gu, "_").replace(/^_+|_+$/g, "");
  if (clean) return clean.slice(0, 100);
  throw new Failure("usage", "NAME_INVALID", `\`${name}\` cannot be the name of a migration`, {
    hint: "Use letters, digits, `_` and `-`, such as `--name add_posts`",
  });
}
