import { parseDuration } from "../duration.ts";
import { Failure } from "../failure.ts";

/** How long a page stays open when nobody said how long, ms (decision 10). */
const LIFETIME = 600_000;
/** Longest life of a page, ms. */
const LONGEST = 86_400_000;

/**
 * Reads `--wait` and `--timeout` of `secret set`. Without `--wait` only a person at a terminal is waited
 * for; without `--timeout` the page stays open as long as the wait, or ten minutes.
 *
 * @returns both in ms; `wait` null: not at all
 * @throws Failure DURATION_INVALID, DURATION_TOO_LONG (usage)
 */
export function pageTimes(
  { wait, timeout, attended }: { wait?: string; timeout?: string; attended: boolean },
): { wait: number | null; lifetime: number } {
  const waiting = wait === undefined ? null : read("--wait", wait);
  const lifetime = timeout === undefined ? waiting ?? LIFETIME : read("--timeout", timeout);
  return { wait: waiting ?? (attended ? lifetime : null), lifetime };
}

function read(flag: string, text: string): number {
  const ms = parseDuration(text);
  if (ms <= LONGEST) return ms;
  throw new Failure("usage", "DURATION_TOO_LONG", `\`${flag} ${text}\` is longer than a day`, {
    hint: "Name at most `24h`; run `edgespark secret set` again when it is over",
  });
}
