import { Buffer } from "node:buffer";
import type { Clock } from "../../../ports/clock.ts";
import { type PageJob, secretPageHandler } from "./handler.ts";

/** How long the page answers "expired" or "already used" after its end, ms. */
const LINGER = 3000;

/** A page that is being served. */
export interface ServedPage {
  url: string;
  /** Resolves when all is over and the listener is closed. */
  done: Promise<"set" | "expired" | "closed">;
}

/**
 * Serves the page on a free port of the loopback address until its values are stored, its time is up or
 * the signal says stop.
 */
export function servePage(
  job: PageJob,
  store: (values: Record<string, string>) => Promise<void>,
  clock: Clock,
  signal?: AbortSignal,
): ServedPage {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const stored = Promise.withResolvers<"set">();
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  const origin = `http://127.0.0.1:${server.addr.port}`;
  const handler = secretPageHandler(job, { token, origin, now: () => clock.now(), store });
  return { url: `${origin}/secret/${token}`, done: end() };

  async function answer(request: Request): Promise<Response> {
    const response = await handler.handle(request);
    if (handler.used()) stored.resolve("set");
    return response;
  }

  async function end(): Promise<"set" | "expired" | "closed"> {
    const over = new AbortController();
    const stop = () => over.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    const pause = (ms: number) => clock.sleep(ms, over.signal);
    try {
      const late = pause(Math.max(0, job.expiresAt - clock.now()));
      const outcome = await Promise.race([stored.promise, late.then(() => "expired" as const)]);
      over.signal.throwIfAborted();
      if (outcome === "expired") await pause(LINGER).catch(() => {});
      // A value that was being stored when the time ran out counts.
      return handler.used() ? "set" : "expired";
    } catch (error) {
      if (!over.signal.aborted) throw error;
      return handler.used() ? "set" : "closed";
    } finally {
      signal?.removeEventListener("abort", stop);
      over.abort();
      await server.shutdown();
    }
  }
}
