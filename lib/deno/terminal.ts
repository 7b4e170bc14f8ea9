import type { Terminal } from "../ports/terminal.ts";

/** Variables that agents and CI systems set. They change how things are said, never what is done. */
const UNATTENDED = [
  ...[
    "CI",
    "AI_AGENT",
    "CLAUDECODE",
    "CURSOR_AGENT",
    "CODEX_SANDBOX",
    "CODEX_CI",
    "CODEX_THREAD_ID",
  ],
  ...["GEMINI_CLI", "OPENCODE", "COPILOT_CLI", "EDGESPARK_AGENT_NAME"],
];

/** The real terminal. Writes are whole: a short write is continued. */
export function denoTerminal(colourWanted: boolean): Terminal {
  const unattended = UNATTENDED.some((name) => Deno.env.get(name));
  return {
    interactive: !unattended && Deno.stdin.isTerminal() && Deno.stderr.isTerminal(),
    colour: colourWanted && !Deno.env.get("NO_COLOR") && Deno.stdout.isTerminal(),
    out: (text) => writeAll(Deno.stdout, text),
    err: (text) => writeAll(Deno.stderr, text),
  };
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
  } catch (error) {
    // The reader went away (`| head`): nobody is left to be told.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}
