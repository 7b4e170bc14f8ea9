import { lookup } from "node:dns";
import { judgeHost, type NetPolicy } from "./net_policy.ts";

/** Calls that are not allowed: what `fetch` and sockets of the app end with. */
export class CallRefused extends TypeError {
  readonly code = "CALL_REFUSED";

  constructor(where: string) {
    super(
      `The app may not call ${where}: it is on this machine or in its network. ` +
        "Name it in `[runtime] allow_net` of edgespark.toml, beside \"*\" for the internet",
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

/** @param own the server's own address, which the app may call. */
export function createNetJudge(policy: NetPolicy, own: { host: string; port: number }): NetJudge {
  const now = (host: string, port: number) => judgeHost(policy, host, port, own);
  return {
    now,
    check(host, port) {
      return sealed(
        new NativePromise<void>((resolve, reject) => {
          const verdict = now(host, port);
          if (verdict === "allow") return resolve();
          if (verdict === "refuse") return reject(new CallRefused(`\`${host}:${port}\``));
          lookup(host, { all: true }, (error, addresses) => {
            // Behind an HTTP proxy names of the internet need not be known here.
            if (error) return resolve();
            for (let index = 0; index < addresses.length; index++) {
              if (now(addresses[index]!.address, port) !== "allow") {
                return reject(new CallRefused(`\`${host}:${port}\``));
              }
            }
            resolve();
          });
        }),
      );
    },
  };
}
