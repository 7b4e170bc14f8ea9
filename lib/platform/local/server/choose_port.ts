import { Failure } from "../../../failure.ts";

/** The local server's first choice (decision 13). */
const FIRST = 7775;
const TRIES = 200;

/**
 * The ports to try, best first. One that the user names is the only one; else the one that the project
 * had last, else 7775 and those that follow.
 *
 * @throws Failure PORT_INVALID (usage)
 */
export function portsToTry(explicit: number | null, kept: number | null): number[] {
  if (explicit !== null) {
    if (Number.isInteger(explicit) && explicit > 0 && explicit < 65_536) return [explicit];
    throw new Failure("usage", "PORT_INVALID", `\`${explicit}\` is no port`, {
      hint: "Name one from 1 to 65535",
    });
  }
  const rest = Array.from({ length: TRIES }, (_, index) => FIRST + index).filter((port) =>
    port !== kept
  );
  return kept === null ? rest : [kept, ...rest];
}

/**
 * Whether this process could listen there right now.
 *
 * @throws Failure LISTEN_FAILED (usage) when the address is none of this machine's.
 */
export function isFree(host: string, port: number): boolean {
  try {
    Deno.listen({ hostname: host, port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    const denied = error instanceof Deno.errors.PermissionDenied;
    const where = denied ? `port ${port}: your user may not` : `\`${host}\``;
    throw new Failure("usage", "LISTEN_FAILED", `Cannot listen on ${where}`, {
      hint: denied
        ? "Name a port from 1024 on"
        : "Name an address of this machine, such as `--host 127.0.0.1` or `--host 0.0.0.0`",
      details: { host, port },
      cause: error,
    });
  }
}

export function portTaken(host: string, port: number): Failure {
  return new Failure("conflict", "PORT_TAKEN", `Port ${port} on ${host} is taken`, {
    hint: "Name another with `--port <port>`, or leave it out and the next free one is taken",
    details: { host, port },
  });
}
