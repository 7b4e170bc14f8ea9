import { Buffer } from "node:buffer";
import type { Clock } from "../../../ports/clock.ts";
import { originOf, type PageAddress } from "../../secret_page_address.ts";
import { type PageJob, secretPageHandler } from "./handler.ts";

/** How long the page answers "expired" or "already used" after its end, ms. */
const LINGER = 10_000;

/** A page that is being served. */
export interface ServedPage {
  url: string;
  /** Resolves when the values are stored or the time is up. */
  outcome: Promise<"set" | "expired">;
  /** Resolves when the listener is closed too, a little later. */
  closed: Promise<void>;
}

/** Serves the page until its values are stored or its time is up. Throws what `Deno.serve` throws. */
export function servePage(
  job: PageJob,
  { host, port, publicUrl }: PageAddress,
  store: (values: Record<string, string>) => Promise<void>,
  clock: Clock,
): ServedPage {
  const token = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
  const server = Deno.serve(
    { hostname: host, port, onListen() {} },
    (request) => handler.handle(request),
  );
  const listening = originOf(host, server.addr.port);
  const handler = secretPageHandler(job, {
    token,
    listening,
    published: publicUrl,
    now: () => clock.now(),
    store,
  });
  const outcome = end();
  return { url: `${publicUrl ?? listening}/secret/${token}`, outcome, closed: close() };

  async function end(): Promise<"set" | "expired"> {
    const over = new AbortController();
    const late = clock.sleep(Math.max(0, job.expiresAt - clock.now()), over.signal);
    await Promise.race([handler.stored, late]);
    over.abort();
    await late.catch(() => {});
    // A value that was being stored when the time ran out counts.
    return await handler.settled() ? "set" : "expired";
  }

  async function close(): Promise<void> {
    await outcome;
    await clock.sleep(LINGER);
    await server.shutdown();
  }
}
