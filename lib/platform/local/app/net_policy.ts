import { reachOf } from "./addresses.ts";

/** What an app may call besides the public internet; absent in a `start`: the rule for production. */
export interface NetPolicy {
  /** Loopback addresses are allowed, as in `dev`. */
  loopback: boolean;
  /** Named by `[runtime] allow_net`, and the addresses that the names had at the start. */
  named: readonly { readonly host: string; readonly port: number | null }[];
}

/** The rule for production: the public internet. */
export const PUBLIC_ONLY: NetPolicy = { loopback: false, named: [] };

/** `resolve`: it is a name; each of its addresses must be judged. */
export type Verdict = "allow" | "refuse" | "resolve";

/**
 * Judges a call, in plain loops for the reason that addresses.ts gives.
 *
 * @param host as in a parsed URL: lower case, an IPv6 address perhaps in brackets.
 * @param own the server's own address, which the app may call.
 */
export function judgeHost(
  policy: NetPolicy,
  host: string,
  port: number,
  own: { host: string; port: number },
): Verdict {
  for (let index = 0; index < policy.named.length; index++) {
    const entry = policy.named[index]!;
    if (entry.host === host && (entry.port === null || entry.port === port)) return "allow";
  }
  const isOwn = port === own.port;
  const reach = isLocalName(host) ? "loopback" : reachOf(host);
  if (reach === null) return "resolve";
  if (reach === "public" || (reach === "loopback" && policy.loopback)) return "allow";
  return isOwn && (reach === "loopback" || host === own.host) ? "allow" : "refuse";
}

/** `localhost` and what ends with `.localhost`, also with a dot at the end (RFC 6761). */
function isLocalName(host: string): boolean {
  const name = "localhost";
  let end = host.length;
  if (end > 0 && host[end - 1] === ".") end--;
  const start = end - name.length;
  if (start < 0 || (start > 0 && host[start - 1] !== ".")) return false;
  for (let index = 0; index < name.length; index++) {
    if (host[start + index] !== name[index]) return false;
  }
  return true;
}
