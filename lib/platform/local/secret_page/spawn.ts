import { dirname } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { databaseFiles } from "../paths.ts";
import type { PageOrder } from "./role.ts";

/** How long the process may take until it says its address, ms. */
const START = 20_000;
/** What Deno needs to find its cache and its temporary files; nothing else is passed on. */
const ENV = [
  "PATH",
  "HOME",
  "DENO_DIR",
  "XDG_CACHE_HOME",
  "TMPDIR",
  "SystemRoot",
  "LOCALAPPDATA",
  "USERPROFILE",
  "TEMP",
  "TMP",
];

/**
 * Starts the page in a process of its own that outlives this one, and returns its address. The process
 * has none of our streams: a shell that waits for them does not wait for it.
 *
 * @throws Failure SECRET_PAGE_FAILED (failed)
 */
export async function spawnPage(system: System, order: PageOrder): Promise<string> {
  const own = [
    ...databaseFiles(order.controlFile),
    ...(order.stateFolder ? [order.stateFolder] : []),
  ];
  const command = system.reentry.command("secret-page", {
    read: own,
    write: own,
    net: ["127.0.0.1"],
  }, []);
  const inherited = ENV.flatMap((name) => {
    const value = system.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const child = new Deno.Command(command.program, {
    args: command.args,
    env: { ...Object.fromEntries(inherited), ...command.env },
    clearEnv: true,
    cwd: dirname(order.controlFile),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  child.unref();
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(order)));
    await writer.close();
    return await within(START, firstLine(child.stdout));
  } catch (cause) {
    kill(child);
    throw new Failure("failed", "SECRET_PAGE_FAILED", "The page for the secrets did not start", {
      hint: "Run it in this process to see more: `edgespark secret set <key> --wait 10m`",
      cause,
    });
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  let text = "";
  const reader = stream.pipeThrough(
    new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
  ).getReader();
  while (!text.includes("\n")) {
    const { done, value } = await reader.read();
    if (done) throw new Error("it ended without a word");
    text += value;
  }
  // Left open until this process ends: nothing more comes.
  const { url } = JSON.parse(text);
  if (typeof url !== "string") throw new Error("it said no address");
  return url;
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) =>
    timer = setTimeout(() => reject(new Error("it took too long")), ms)
  );
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function kill(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch {
    // It has ended already.
  }
}
