import type { LogRecord } from "../platform/platform.ts";
import { recordText } from "./selection.ts";

/** What `log tail --expect --forbid` found. */
export interface LogVerdict {
  ok: boolean;
  /** Each text that was to come, and the first record with it. */
  expected: { text: string; record: LogRecord | null }[];
  /** Each text that was not to come, and the first record with it. */
  forbidden: { text: string; record: LogRecord | null }[];
  /** Records that say that others are missing: then nobody knows that a text did not come. */
  gaps: LogRecord[];
}

/** Watches a log for texts that must come and texts that must not. */
export class LogAssertion {
  readonly #expected: LogVerdict["expected"];
  readonly #forbidden: LogVerdict["forbidden"];
  readonly #gaps: LogRecord[] = [];

  constructor(expect: string[], forbid: string[]) {
    this.#expected = expect.map((text) => ({ text, record: null }));
    this.#forbidden = forbid.map((text) => ({ text, record: null }));
  }

  see(record: LogRecord): void {
    if (record.lost) this.#gaps.push(record);
    const text = recordText(record);
    for (const one of [...this.#expected, ...this.#forbidden]) {
      if (one.record === null && text.includes(one.text)) one.record = record;
    }
  }

  /** Whether no later record can change the verdict. */
  get decided(): boolean {
    if (this.#forbidden.some(({ record }) => record !== null)) return true;
    return this.#forbidden.length === 0 && this.#expected.every(({ record }) => record !== null);
  }

  /** What there is to say at this moment. */
  verdict(): LogVerdict {
    const broken = this.#forbidden.some(({ record }) => record !== null);
    const unsure = this.#forbidden.length > 0 && this.#gaps.length > 0;
    return {
      ok: !broken && !unsure && this.#expected.every(({ record }) => record !== null),
      expected: this.#expected,
      forbidden: this.#forbidden,
      gaps: this.#gaps,
    };
  }
}
