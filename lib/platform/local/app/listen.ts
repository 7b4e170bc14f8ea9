import { WorkerFailure } from "./loader.ts";

/**
 * Listens where the app is to be reached.
 *
 * @param answer must not throw
 * @param failed answers when the answer cannot be sent
 * @throws WorkerFailure PORT_TAKEN, LISTEN_FAILED
 */
export function listen(
  { host: hostname, port }: { host: string; port: number },
  answer: Deno.ServeHandler<Deno.NetAddr>,
  failed: (error: unknown) => Response,
): Deno.HttpServer<Deno.NetAddr> {
  const serve = (reusePort: boolean) =>
    Deno.serve({ hostname, port, reusePort, onListen: () => {}, onError: failed }, answer);
  try {
    // Alone at first: two projects that start at once must not get one port between them.
    return orShared(() => serve(false), () => serve(true));
  } catch (error) {
    const taken = error instanceof Deno.errors.AddrInUse;
    throw new WorkerFailure(
      taken ? "PORT_TAKEN" : "LISTEN_FAILED",
      taken ? `Port ${port} is taken` : `Cannot listen on ${hostname}:${port}: ${String(error)}`,
    );
  }
}

/** Shared with the supervisor, which answers on the port while the process is started again. */
function orShared<T>(alone: () => T, shared: () => T): T {
  try {
    return alone();
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse) || Deno.build.os === "windows") throw error;
    return shared();
  }
}
