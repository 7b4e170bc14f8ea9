import { Failure } from "../failure.ts";

const MAX_LENGTH = 64;

/**
 * Refuses what cannot name a project: it becomes a folder and part of package names (contract
 * section 4.2: a letter or digit, then letters, digits, `-`, `_`; at most 64 characters).
 *
 * @throws Failure BAD_NAME (usage) with a name that would do, where there is one.
 */
export function checkProjectName(name: string): void {
  if (name.length <= MAX_LENGTH && /^[A-Za-z0-9][A-Za-z0-9_-]*$/.test(name)) return;
  const better = name.normalize("NFKD").replace(/[^A-Za-z0-9_-]+/g, "-").replace(/^[-_]+|-+$/g, "")
    .slice(0, MAX_LENGTH);
  throw new Failure("usage", "BAD_NAME", `\`${name}\` cannot be the name of a project`, {
    hint: "A name begins with a letter or digit and goes on with letters, digits, `-` and `_`, " +
      `${MAX_LENGTH} characters at most${better ? `; for example \`${better}\`` : ""}`,
    details: { name },
  });
}
