import { join } from "@std/path";
import { ROOT } from "../esbuild_options.ts";
import { PROGRAM_FLAGS } from "../program_flags.ts";

/** No sentence takes longer, ms; web builds are among them. */
const PATIENCE = 15 * 60_000;

/** What a command line came to. */
export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** What a sentence with `--json` came to: its answer, or the error object of its failure. */
export interface Said extends Ran {
  // deno-lint-ignore no-explicit-any -- who says a sentence knows the answer's fields
  answer: any;
  error: { code: string; message: string; details?: Record<string, unknown> } | null;
}

/** Runs one command line to its end. */
export async function command(
  program: string,
  args: string[],
  cwd: string,
  env: Record<string, string> = {},
): Promise<Ran> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args,
    cwd,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: AbortSignal.timeout(PATIENCE),
  }).output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** The real program, in a project, started as README.md tells people to: grants by path, never all. */
export class Program {
  /**
   * @param cwd the project.
   * @param state where its keys lie.
   * @param main the sources' `main.ts`, or the bundle's `main.js`.
   */
  constructor(
    readonly cwd: string,
    readonly state: string,
    readonly main: string = join(ROOT, "main.ts"),
  ) {}

  /** Says one sentence; the answer is in JSON. */
  async say(...words: string[]): Promise<Said> {
    const ran = await command(
      Deno.execPath(),
      ["run", "--quiet", ...PROGRAM_FLAGS, this.main, ...words, "--json"],
      this.cwd,
      { EDGESPARK_STATE_DIR: this.state },
    );
    const failure = parsed(ran.err).findLast((line) => line.error)?.error ?? null;
    return { ...ran, answer: parsed(ran.out).at(-1) ?? null, error: failure };
  }

  /** Says a sentence that must succeed; returns its answer. */
  // deno-lint-ignore no-explicit-any -- as above
  async ask(...words: string[]): Promise<any> {
    const said = await this.say(...words);
    if (said.code !== 0) throw new Error(saidText(words, said));
    return said.answer;
  }

  /** Every record of the log, newest last. */
  async log(): Promise<LogRecord[]> {
    return parsed((await this.say("log", "tail", "--no-follow")).out);
  }
}

/** What is read of a record of the log. */
export interface LogRecord {
  level: string;
  requestId: string | null;
  message?: string;
  stack?: string;
}

/** The first cause of an error record, on one line: what an outside tool or the database said. */
export function causeOf({ message = "", stack = "" }: LogRecord): string {
  const causes = [...`${message}\n${stack}`.matchAll(/(?:Caused by|\[cause\]): (.+)/g)];
  return (causes.at(-1)?.[1] ?? message.split("\n")[0] ?? "").trim();
}

/** How a failed sentence is reported, on one line. */
export function saidText(words: string[], { code, error, err, out }: Said): string {
  const why = error ? `${error.code}: ${error.message}` : (err || out).trim().split("\n").at(-1);
  return `\`${words.join(" ")}\` ended with ${code}: ${why}`;
}

// deno-lint-ignore no-explicit-any -- lines of JSON of many kinds
function parsed(text: string): any[] {
  return text.split("\n").filter((line) => line.startsWith("{")).flatMap((line) => {
    try {
      return [JSON.parse(line)];
    } catch {
      return [];
    }
  });
}
