import type { PullResult } from "../../lib/generated/generated.ts";

/** The answer of every `pull` that writes. */
export function pullText(what: string): (result: PullResult) => string {
  return ({ changed, reread }) => {
    if (changed.length === 0) return `${what} are up to date`;
    const lines = [`${what} updated: ${changed.join(", ")}`];
    if (reread.length > 0) lines.push(`Re-read: ${reread.join(", ")}`);
    return lines.join("\n");
  };
}
