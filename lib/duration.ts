import { Failure } from "./failure.ts";

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * A length of time such as `500ms`, `90s`, `5m`, `1h` or `2d`, in ms.
 *
 * @throws Failure DURATION_INVALID (usage)
 */
export function parseDuration(text: string): number {
  const match = /^(\d{1,9}(?:\.\d{1,3})?)(ms|s|m|h|d)$/.exec(text.trim());
  if (match) return Math.round(Number(match[1]) * UNITS[match[2]!]!);
  throw new Failure("usage", "DURATION_INVALID", `\`${text}\` is no length of time`, {
    hint: "Write a number with its unit: `500ms`, `90s`, `5m`, `1h` or `2d`",
  });
}
