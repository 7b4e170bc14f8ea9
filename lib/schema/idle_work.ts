import { Failure } from "../failure.ts";
import type { Migration, MigrationChain } from "./chain.ts";
import { isUnfilled, nextUnlisted } from "./chain_findings.ts";

/**
 * Refuses to pass over a file that was surely meant to be applied: its number follows the last one of the
 * journal. Others are leftovers, and only noted.
 *
 * @throws Failure MIGRATION_UNLISTED (failed)
 */
export function refuseUnlisted({ format, folder, migrations, unlisted }: MigrationChain): void {
  const next = nextUnlisted(migrations, unlisted);
  if (next === null) return;
  const [message, hint] = format === "folders"
    ? [
      `\`${folder}/${next}\` holds no \`migration.sql\``,
      `Restore the file from version control, or remove \`${folder}/${next}\``,
    ]
    : [
      `\`${next}.sql\` stands in no journal entry and would never be applied`,
      `Run \`edgespark db generate\` if it was interrupted; put SQL of your own into a migration of \`edgespark db generate --custom\`, and remove \`${folder}/${next}.sql\``,
    ];
  throw new Failure("failed", "MIGRATION_UNLISTED", message, { hint, details: { tag: next } });
}

/**
 * Refuses a migration that nobody has filled in: applied, it could never be filled in later.
 *
 * @throws Failure MIGRATION_EMPTY (failed)
 */
export function refuseUnfilled(migrations: Migration[]): void {
  const empty = migrations.find(({ text, statements }) =>
    statements.length === 0 && isUnfilled(text)
  );
  if (!empty) return;
  throw new Failure("failed", "MIGRATION_EMPTY", `\`${empty.tag}\` is still to be filled in`, {
    hint:
      `Write its SQL into \`${empty.file}\`, or a comment that says why there is none, then run \`edgespark db migrate\` again`,
    details: { tag: empty.tag, file: empty.file },
  });
}

/** What looks like work and is none, but hinders nothing. */
export function idleNotes(
  todo: Migration[],
  chain: MigrationChain,
  to: string | undefined,
): string[] {
  return [
    ...(to !== undefined && todo.length === 0 ? [`\`${to}\` is applied already`] : []),
    ...todo.filter(({ statements }) => statements.length === 0).map(({ tag }) =>
      `\`${tag}\` holds no statement: it only counts as applied`
    ),
    ...chain.unlisted.map((tag) => `\`${tag}\` stands in no journal entry and is never applied`),
  ];
}
