import { dirname } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { databaseFiles } from "../paths.ts";
import { lines } from "./lines.ts";
import { listenRefused } from "./listen_refused.ts";
import type { PageOrder, PageWord } from "./role.ts";

/** How long the process may take until it says its address, ms. */
const START = 40_000;
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

/** A page in a process of its own. */
export interface SpawnedPage {
  url: string;
  /** ms since the epoch. */
  expiresAt: number;
  /** What became of it. Throws SECRET_PAGE_FAILED when its process ended without a word. */
  outcome(): Promise<"set" | "expired">;
  /** Hears nothing more from it, so that this process can end. */
  leave(): void;
  /** Ends it at once. */
  kill(): void;
}

/**
 * Starts the page in a process of its own that outlives this one. The process has none of our streams:
 * a shell that waits for them does not wait for it.
 *
 * @throws Failure SECRET_PAGE_FAILED (failed), PORT_TAKEN (conflict), LISTEN_FAILED (usage)
 */
export async function spawnPage(system: System, order: PageOrder): Promise<SpawnedPage> {
  const child = start(system, order);
  const words = lines<PageWord>(child.stdout);
  const leave = () => {
    words.cancel();
    child.unref();
  };
  const kill = () => {
    leave();
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended already.
    }
  };
  try {
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(JSON.stringify(order)));
    await writer.close();
    const first = await within(START, words.next());
    if (first && "refused" in first) throw listenRefused(first.refused, order.address);
    if (!first || !("url" in first)) throw new Error("it said no address");
    return {
      ...first,
      async outcome() {
        const word = await words.next();
        if (!word || !("outcome" in word)) throw failed(new Error("it ended without a word"));
        return word.outcome;
      },
      leave,
      kill,
    };
  } catch (cause) {
    kill();
    throw cause instanceof Failure ? cause : failed(cause);
  }
}

function start(system: System, order: PageOrder): Deno.ChildProcess {
  const own = [
    ...databaseFiles(order.controlFile),
    ...(order.stateFolder ? [order.stateFolder] : []),
  ];
  const { host } = order.address;
  const command = system.reentry.command("secret-page", {
    read: own,
    write: own,
    net: [host.includes(":") ? `[${host}]` : host],
  }, []);
  const inherited = ENV.flatMap((name) => {
    const value = system.env.get(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return new Deno.Command(command.program, {
    args: command.args,
    env: { ...Object.fromEntries(inherited), ...command.env },
    clearEnv: true,
    cwd: dirname(order.controlFile),
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
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

function failed(cause: unknown): Failure {
  return new Failure("failed", "SECRET_PAGE_FAILED", "The page for the secrets did not start", {
    hint: "Run `edgespark doctor` to see what this machine lacks, then try again",
    cause,
  });
}
