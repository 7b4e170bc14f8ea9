import type { Finding } from "../finding.ts";
import type { GeneratedFile } from "./generated.ts";

/** A generated file that is missing or not what this program writes. @param command what writes it */
export function staleFinding({ path, state, symbols }: GeneratedFile, command: string): Finding {
  const what = state === "missing"
    ? "is missing"
    : symbols.length > 0
    ? `is not what this program writes: ${symbols.join(", ")}`
    : "has other words than this program writes, for the same declarations";
  return {
    code: "STALE_TYPES",
    // Other words for the same declarations do no harm.
    severity: state === "differs" && symbols.length === 0 ? "info" : "warning",
    file: path,
    line: null,
    message: `\`${path}\` ${what}`,
    fix: `Run \`${command}\``,
  };
}
