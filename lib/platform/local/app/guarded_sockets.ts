import { CallRefused, type NetJudge } from "./guarded_net.ts";
import { nodeBinding } from "./node_process.ts";

type Handle = Record<string, (...values: unknown[]) => unknown>;
type Act = (original: Handle[string], handle: unknown, values: unknown[]) => unknown;

const { defineProperty } = Object;
const { apply } = Reflect;

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
  const tcp = handleOf("tcp_wrap", "TCP");
  const pipe = handleOf("pipe_wrap", "Pipe");
  for (let index = 0; index < REFUSED.length; index++) {
    const method = REFUSED[index]!;
    if (tcp) replace(tcp, method, () => refuse(`\`${method}\``));
    if (pipe) replace(pipe, method, () => refuse(`\`${method}\``));
  }
  if (pipe) replace(pipe, "connect", () => refuse("a socket of this machine"));
  const connect: Act = (original, handle, values) => {
    const host = `${values[1]}`;
    const port = +(values[2] as number);
    if (judge.now(host, port) !== "allow") throw new CallRefused(`\`${host}:${port}\``);
    return apply(original, handle, values);
  };
  if (tcp) replace(tcp, "connect", connect);
  if (tcp) replace(tcp, "connect6", connect);
}

function handleOf(binding: string, name: string): Handle | null {
  try {
    return (nodeBinding(binding)[name] as { prototype: Handle } | undefined)?.prototype ?? null;
  } catch {
    return null;
  }
}

function replace(prototype: Handle, method: string, act: Act): void {
  const original = prototype[method];
  if (typeof original !== "function") return;
  defineProperty(prototype, method, {
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
