/** The answer that a test put in for the next prompt. */
let answer: unknown;

/** Puts in the answer of the next prompt, whichever that is. */
export function inject(value: unknown): void {
  answer = value;
}

/** Takes the answer out again; undefined when there is none. */
export function takeInjected(): unknown {
  const taken = answer;
  answer = undefined;
  return taken;
}
