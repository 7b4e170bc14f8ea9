import type { Difference } from "./differences.ts";

type Seen = Record<string, Record<string, unknown>>;

/**
 * What is wrong between D1's answers and ours: answers that differ and are not stated as differences,
 * and differences that are none or look otherwise. Nothing, when both agree.
 */
export function disagreements(theirs: Seen, ours: Seen, differences: Difference[]): string[] {
  const stated = new Map(
    differences.flatMap((row) => row.probes.map((probe) => [`${row.group}: ${probe}`, row])),
  );
  const wrong: string[] = [];
  for (const [group, probes] of Object.entries(theirs)) {
    for (const [probe, answer] of Object.entries(probes)) {
      const name = `${group}: ${probe}`;
      const [d1, own] = [asText(answer), asText(ours[group]?.[probe])];
      const row = stated.get(name);
      stated.delete(name);
      const texts = `\n  D1   ${d1}\n  ours ${own}`;
      if (!row && d1 !== own) wrong.push(`${name}${texts}`);
      if (row && d1 === own) wrong.push(`${name}: stated as a difference, and is none${texts}`);
      if (row && !row.ours.test(own)) wrong.push(`${name}: differs otherwise than stated${texts}`);
    }
  }
  for (const name of stated.keys()) wrong.push(`${name}: no such probe`);
  return wrong;
}

/** Where in the SQL an error is (` at offset 7`) node:sqlite does not say. */
function asText(answer: unknown): string {
  return JSON.stringify(answer ?? null).replaceAll(/ at offset \d+/g, "");
}
