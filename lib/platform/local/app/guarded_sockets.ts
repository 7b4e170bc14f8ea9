import process from "node:process";
import { CallRefused, type NetJudge } from "./guarded_net.ts";

type Handle = Record<string, (...values: unknown[]) => unknown>;

/** What else a handle of Node's socket classes can do: take over descriptors, and listen. */
const REFUSED = [
  ...["open", "openFromRid", "fdForIpc", "bind", "bind6", "bindWithFlags", "listen"],
  ...["fchmod", "setPendingInstances"],
];

/**
 * Guards the handles below `node:net`, `node:tls`, `node:http` and `node:https`: they see the address
 * that a name was resolved to, so one judgement serves all of them. An app listens nowhere itself.
 */
export function guardSockets(judge: NetJudge): void {
  for (const [binding, names] of [["tcp_wrap", ["TCP"]], ["pipe_wrap", ["Pipe"]]] as const) {
    for (const name of names) {
      const prototype = handleOf(binding, name);
      if (!prototype) continue;
      for (const method of REFUSED) replace(prototype, method, () => refuse(`\`${method}\``));
      if (name === "Pipe") replace(prototype, "connect", () => refuse("a socket of this machine"));
    }
  }
  const prototype = handleOf("tcp_wrap", "TCP");
  if (!prototype) return;
  for (const method of ["connect", "connect6"]) {
    replace(prototype, method, (original, handle, values) => {
      const [host, port] = [String(values[1]), Number(values[2])];
      if (judge.now(host, port) !== "allow") throw new CallRefused(`\`${host}:${port}\``);
      return Reflect.apply(original, handle, values);
    });
  }
}

function handleOf(binding: string, name: string): Handle | null {
  const internal = process as unknown as {
    binding(name: string): Record<string, { prototype: Handle }>;
  };
  try {
    return internal.binding(binding)[name]?.prototype ?? null;
  } catch {
    return null;
  }
}

function replace(
  prototype: Handle,
  method: string,
  act: (original: Handle[string], handle: unknown, values: unknown[]) => unknown,
): void {
  const original = prototype[method];
  if (typeof original !== "function") return;
  Object.defineProperty(prototype, method, {
    value(...values: unknown[]) {
      return act(original, this, values);
    },
    writable: false,
    configurable: false,
  });
}

function refuse(what: string): never {
  throw new CallRefused(what);
}
