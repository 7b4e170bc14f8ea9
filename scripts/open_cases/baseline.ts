import { join } from "@std/path";
import { type Cell, ok, red } from "./table.ts";
import type { Walk } from "./walk.ts";

/**
 * A database as the last snapshot describes it, for a chain that cannot be replayed: the schema becomes
 * one migration in an empty folder, which is applied; then the project's own folder is put back and the
 * ledger counts its migrations as applied, the made-up one as not. `db migrate` has nothing left to do.
 */
export async function baseline({ program, note }: Walk): Promise<Cell> {
  const folder = join(program.cwd, "server", "drizzle");
  const aside = `${folder}.aside`;
  await Deno.rename(folder, aside);
  const made = await program.ask("db", "generate", "--name", "baseline");
  await program.ask("db", "migrate");
  await Deno.remove(folder, { recursive: true });
  await Deno.rename(aside, folder);
  const journal = JSON.parse(await Deno.readTextFile(join(folder, "meta", "_journal.json")));
  const tags = new Set<string>(journal.entries.map(({ tag }: { tag: string }) => tag));
  const repaired = await program.ask(
    ...["db", "repair", "--unapplied", made.tag],
    ...[...tags].flatMap((tag) => ["--applied", tag]),
    "--confirm-dangerous",
  );
  const left = await program.ask("db", "migrate");
  if (left.applied.length + left.pending.length > 0) {
    return red(`${left.applied.length} applied, ${left.pending.length} pending afterwards`);
  }
  note(
    `From the schema: \`db generate --name baseline\` in an empty folder, \`db migrate\`, then \`db repair\` ` +
      `(${repaired.plan.length} steps); its notes: ${repaired.notes.join("; ") || "none"}`,
  );
  return ok(`${tags.size} counted as applied`);
}
