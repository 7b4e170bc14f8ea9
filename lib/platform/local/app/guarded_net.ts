import { judgeHost, type NetPolicy } from "./net_policy.ts";

/** Calls that are not allowed: what `fetch` and sockets of the app end with. */
export class CallRefused extends TypeError {
  readonly code = "CALL_REFUSED";

  constructor(where: string) {
    super(
      `The app may not call ${where}: it is on this machine or in its network. ` +
        'Name it in `[runtime] allow_net` of edgespark.toml, beside "*" for the internet',
    );
  }
}

/** Judges where calls lead. */
export interface NetJudge {
  /** Of an address or a name that needs no look-up; `resolve`: `check` must be asked. */
  now(host: string, port: number): "allow" | "refuse" | "resolve";
  /** Resolves when the call is allowed; a name is looked up as the system does it. */
  check(host: string, port: number): Promise<void>;
}

const { defineProperty } = Object;
const NativePromise = Promise;

/** What an app did to `Promise.prototype` must not reach what is awaited here. */
function sealed<T>(promise: Promise<T>): Promise<T> {
  return defineProperty(promise, "constructor", { value: NativePromise });
}

/** Loaded when the first name is called: most apps call none. */
function dns(): Promise<typeof import("node:dns")> {
  return sealed(import("node:dns"));
}

/** The addresses of a name; none when it is not known, which behind an HTTP proxy it need not be. */
async function addressesOf(host: string): Promise<readonly { address: string }[]> {
  const { lookup } = await dns();
  return await sealed(
    new NativePromise((resolve) =>
      lookup(host, { all: true }, (error, addresses) => resolve(error ? [] : addresses))
    ),
  );
}

/** @param own the server's own address, which the app may call. */
export function createNetJudge(policy: NetPolicy, own: { host: string; port: number }): NetJudge {
  const now = (host: string, port: number) => judgeHost(policy, host, port, own);
  const check = async (host: string, port: number) => {
    const verdict = now(host, port);
    if (verdict === "refuse") throw new CallRefused(`\`${host}:${port}\``);
    if (verdict === "allow") return;
    // Neither `then` nor an iterator is used: an app could have replaced them.
    const addresses = await sealed(addressesOf(host));
    for (let index = 0; index < addresses.length; index++) {
      if (now(addresses[index]!.address, port) !== "allow") {
        throw new CallRefused(`\`${host}:${port}\``);
      }
    }
  };
  return { now, check: (host, port) => sealed(check(host, port)) };
}
