import type { Finding } from "../finding.ts";

/** Commands in the order in which they can run: what writes files first, then what is applied. */
const ORDER = [
  "pull",
  "db generate",
  "db repair",
  "db migrate",
  "storage apply",
  "var set",
  "secret set",
  "auth apply",
];

/** Words of a command that are joined into one call with many arguments. */
const JOINED = ["var set", "secret set"];

/**
 * The shortest list of command lines that mends every error and warning which a command can mend, in an
 * order in which they work. A fix that is not of the form "Run `edgespark ...`" needs a person.
 *
 * @param options `migrates`: a migration that is generated here is then applied as well
 */
export function commandsFor(findings: Finding[], options: { migrates: boolean }): string[] {
  const told = findings.filter(({ severity }) => severity !== "info");
  const wanted = new Set(told.flatMap(({ fix }) => commandIn(fix)));
  const generates = told.some(({ code, fix }) =>
    code === "SCHEMA_NOT_GENERATED" && commandIn(fix).length > 0
  );
  if (generates && options.migrates) wanted.add("edgespark db migrate");
  const lines = [...withoutParts(wanted)];
  const joined = JOINED.flatMap((words) => {
    const prefix = `edgespark ${words} `;
    const keys = lines.filter((line) => line.startsWith(prefix)).map((line) =>
      line.slice(prefix.length)
    );
    return keys.length > 0 ? [prefix + keys.join(" ")] : [];
  });
  const rest = lines.filter((line) =>
    !JOINED.some((words) => line.startsWith(`edgespark ${words} `))
  );
  return [...rest, ...joined].sort((a, b) => rank(a) - rank(b));
}

/** The command of a fix that is nothing else. */
function commandIn(fix: string | null): string[] {
  const command = /^Run `(edgespark [^`]+)`$/.exec(fix ?? "")?.[1];
  return command ? [command] : [];
}

/** Both halves of `pull` are one `pull`. */
function withoutParts(lines: Set<string>): Set<string> {
  const halves = ["edgespark pull types", "edgespark pull schema"];
  if (lines.has("edgespark pull") || halves.every((half) => lines.has(half))) {
    for (const half of halves) lines.delete(half);
    lines.add("edgespark pull");
  }
  return lines;
}

function rank(line: string): number {
  const index = ORDER.findIndex((words) => `${line} `.startsWith(`edgespark ${words} `));
  return index < 0 ? ORDER.length : index;
}
