import { Failure } from "../failure.ts";
import type { AppliedBucket } from "../platform/platform.ts";
import type { DeclaredBucket } from "../project/buckets.ts";
import { suggest } from "../suggest.ts";

/** What a person should do who meant a new name, not a new bucket; null when no bucket goes. */
export function renameAdvice(
  created: { name: string; description: string },
  gone: AppliedBucket[],
): string | null {
  const old = gone.find((bucket) => bucket.description === created.description)?.name ??
    suggest(created.name, gone.map((bucket) => bucket.name)) ??
    (gone.length === 1 ? gone[0]!.name : null);
  if (old === null) return null;
  return `a new, empty bucket; if this is a rename, \`edgespark storage apply --rename ${old}:${created.name}\` keeps the objects of \`${old}\``;
}

/**
 * Reads `old:new` renames and holds them against both sides.
 *
 * @returns new name to old
 * @throws Failure RENAME_INVALID (usage): not of that form, a name twice, `old` is not applied or still
 * declared, `new` is not declared or applied already
 */
export function readRenames(
  asked: string[],
  declared: DeclaredBucket[],
  applied: AppliedBucket[],
): Map<string, string> {
  const before = new Set(applied.map((bucket) => bucket.name));
  const after = new Set(declared.map((bucket) => bucket.name));
  const renames = new Map<string, string>();
  for (const rename of asked) {
    const [from, to, ...rest] = rename.split(":");
    if (!from || !to || rest.length > 0) {
      throw invalid(rename, "is not of the form `old:new`", "Write `--rename uploads:files`");
    }
    if (renames.has(to) || [...renames.values()].includes(from)) {
      throw invalid(rename, "names a bucket a second time", "Name every bucket once");
    }
    if (!before.has(from)) {
      const near = suggest(from, before);
      throw invalid(
        rename,
        `names \`${from}\`, which is not applied`,
        near
          ? `Did you mean \`${near}\`?`
          : "See the applied buckets with `edgespark storage bucket list`",
      );
    }
    if (after.has(from)) {
      throw invalid(
        rename,
        `names \`${from}\`, which is still declared`,
        "Give its declaration in `defs/storage_schema.ts` the new name first",
      );
    }
    if (!after.has(to)) {
      throw invalid(
        rename,
        `names \`${to}\`, which is not declared`,
        `Declare \`${to}\` in \`defs/storage_schema.ts\` first`,
      );
    }
    if (before.has(to)) {
      throw invalid(rename, `names \`${to}\`, which exists already`, "Choose another name");
    }
    renames.set(to, from);
  }
  return renames;
}

function invalid(rename: string, problem: string, hint: string): Failure {
  return new Failure("usage", "RENAME_INVALID", `\`--rename ${rename}\` ${problem}`, {
    hint,
    details: { rename },
  });
}
