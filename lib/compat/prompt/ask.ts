/** Asks one question through `@clack/prompts`. */
import { takeInjected } from "./injected.ts";

type Clack = typeof import("@clack/prompts");

/** Options of every prompt. */
export interface PromptOptions<T> {
  message: string;
  default?: T;
  /** A line below the message. */
  hint?: string;
  /** Where the question goes. Default: stdout; this program passes stderr. */
  writer?: { writeSync(bytes: Uint8Array): number };
}

/** How one kind of prompt asks, and how it reads an injected answer. */
export interface Question<T> {
  show(clack: Clack, common: { message: string; output?: never }): Promise<T | symbol>;
  /** Checks and converts an answer that a test put in. */
  accept(answer: unknown): T | Promise<T>;
}

/**
 * Ctrl-C at a prompt. The real Cliffy exits with 130 there; this one leaves the exit to the caller,
 * who tells it by its name: "PromptCancelled".
 */
class PromptCancelled extends Error {
  override readonly name = "PromptCancelled";

  constructor() {
    super("Prompt cancelled");
  }
}

/** The answer of a person, or the one that a test injected. */
export async function ask<T>(options: PromptOptions<T>, question: Question<T>): Promise<T> {
  const injected = takeInjected();
  if (injected !== undefined) return await question.accept(injected);
  const clack = await import("@clack/prompts");
  const message = [options.message, options.hint].filter(Boolean).join("\n");
  const output = options.writer && await streamTo(options.writer);
  const answer = await question.show(clack, { message, output: output as never });
  if (clack.isCancel(answer)) throw new PromptCancelled();
  return answer as T;
}

async function streamTo(writer: NonNullable<PromptOptions<unknown>["writer"]>) {
  const { Writable } = await import("node:stream");
  return new Writable({
    write(chunk: Uint8Array, _encoding: string, done: () => void) {
      for (let rest = chunk; rest.length > 0;) rest = rest.subarray(writer.writeSync(rest));
      done();
    },
  });
}
