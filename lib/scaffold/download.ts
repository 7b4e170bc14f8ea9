import { Failure } from "../failure.ts";
import type { HttpAnswer } from "../ports/http.ts";
import type { System } from "../ports/system.ts";
import { isLoopback } from "./source.ts";

const MOST_REDIRECTS = 5;

/** How long a server may take, ms. */
export interface Patience {
  /** Until it answers, and between two pieces. */
  silent: number;
  /** For all of it. */
  whole: number;
}
const PATIENCE: Patience = { silent: 30_000, whole: 10 * 60_000 };

/**
 * Gets a file by HTTPS and hands its bytes to `read` as they come. Redirects are followed a few times
 * and never away from HTTPS; plain HTTP is for this very machine.
 *
 * @throws Failure TEMPLATE_NOT_FOUND (missing) for 404 and 410, DOWNLOAD_FAILED (network) for every
 * other answer, for silence, and when no server is reached.
 */
export async function download<T>(
  system: System,
  address: string,
  read: (bytes: ReadableStream<Uint8Array>) => Promise<T>,
  { silent, whole }: Patience = PATIENCE,
): Promise<T> {
  const quiet = new AbortController();
  let timer: ReturnType<typeof setTimeout>;
  const heard = () => {
    clearTimeout(timer);
    timer = setTimeout(() => quiet.abort(new SilentServer("it does not answer")), silent);
  };
  const deadline = setTimeout(() => quiet.abort(new SilentServer("it takes too long")), whole);
  const signal = AbortSignal.any([system.signal, quiet.signal]);
  const host = new URL(address).host;
  try {
    heard();
    const { body } = await follow(system, address, signal);
    return await read(watched(body ?? new Blob([]).stream(), {
      piece: heard,
      broken: (error) => quiet.abort(error),
    }));
  } catch (error) {
    system.signal.throwIfAborted();
    // What broke off is told as such, not as what it did to the reader.
    if (quiet.signal.aborted) throw failed(host, reasonOf(quiet.signal.reason), error);
    throw error;
  } finally {
    clearTimeout(timer!);
    clearTimeout(deadline);
  }
}

class SilentServer extends Error {}

/** The same bytes, with a word about each piece and about the end that came too early. */
function watched(
  bytes: ReadableStream<Uint8Array>,
  on: { piece: () => void; broken: (error: unknown) => void },
): ReadableStream<Uint8Array> {
  const reader = bytes.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        on.piece();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        on.broken(error);
        throw error;
      }
    },
    cancel: (reason) => reader.cancel(reason),
  });
}

async function follow(system: System, address: string, signal: AbortSignal): Promise<HttpAnswer> {
  let url = new URL(address);
  for (let redirects = 0;; redirects++) {
    const answer = await ask(system, url, signal);
    const location = answer.headers.get("location");
    if (answer.status === 200) return answer;
    await answer.body?.cancel();
    if (answer.status < 300 || answer.status >= 400 || location === null) {
      throw refused(url, answer);
    }
    if (redirects === MOST_REDIRECTS) throw failed(url.host, "it redirects again and again");
    if (!URL.canParse(location, url)) throw failed(url.host, "it redirects to nowhere");
    const next = new URL(location, url);
    const safe = next.protocol === "https:" ||
      (next.protocol === "http:" && url.protocol === "http:" && isLoopback(next));
    if (!safe) throw failed(url.host, `it redirects to \`${next.origin}\`, which is not HTTPS`);
    url = next;
  }
}

async function ask(system: System, url: URL, signal: AbortSignal): Promise<HttpAnswer> {
  try {
    return await system.http.get(url.href, { headers: { "user-agent": "edgespark" }, signal });
  } catch (error) {
    signal.throwIfAborted();
    throw failed(url.host, reasonOf(error), error);
  }
}

/** The last part of what the network says, without the address again. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause);
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/^.*?\): /s, "").replace(/^client error \(\w+\): /, "")
    .replace(/ \(os error \d+\)/, "");
}

function refused(url: URL, { status }: HttpAnswer): Failure {
  if (status !== 404 && status !== 410) return failed(url.host, `it answers ${status}`);
  return new Failure("missing", "TEMPLATE_NOT_FOUND", `\`${url.href}\` does not exist`, {
    hint: "Check the address; a private repository is reached by its SSH address, " +
      "`--template git@github.com:owner/repo.git`",
    details: { status },
  });
}

function failed(host: string, reason: string, cause?: unknown): Failure {
  return new Failure("network", "DOWNLOAD_FAILED", `Cannot download from \`${host}\`: ${reason}`, {
    hint: "Try again; the built-in templates, folders and archives on this machine need no network",
    cause,
  });
}
