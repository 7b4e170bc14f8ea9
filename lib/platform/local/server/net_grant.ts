import { Failure } from "../../../failure.ts";
import type { Env } from "../../../ports/env.ts";
import { reachOf } from "../app/addresses.ts";
import type { NetPolicy } from "../app/net_policy.ts";
import { LOOPBACK_IPV6, LOOPBACK_RANGES, PRIVATE_RANGES, without } from "./ip_ranges.ts";
import { bracketed } from "./server_file.ts";

/** What an app process may do on the network. */
export interface NetGrant {
  /** The Worker's own permission. */
  allow: true | string[];
  /** What no code of the process may reach, whatever name it uses: `--deny-net`. */
  deny: string[];
  /** What the Worker judges by itself; null: nothing. */
  policy: NetPolicy | null;
}

/** Where the Worker listens, and what for. */
export interface NetPlace {
  host: string;
  port: number;
  environment: "production" | "dev";
}

/**
 * The rule of `[runtime] allow_net`. Absent: the public internet, in `dev` loopback too. A list: exactly
 * what it names, wherever the names lead. A list with "*": the internet and what else it names.
 *
 * Deno resolves names before it judges them, so the deny-list holds for names as well. What it cannot
 * hold is the address that the server itself listens on: there the Worker judges.
 *
 * @throws Failure ALLOW_NET_INVALID (config)
 */
export async function netGrant(
  allowNet: string[] | null,
  place: NetPlace,
  env: Env,
): Promise<NetGrant> {
  const entries = (allowNet ?? ["*"]).map(parseEntry);
  const named = entries.filter(({ host }) => host !== "*");
  if (named.length === entries.length) {
    const listen = `${bracketed(place.host)}:${place.port}`;
    return { allow: [listen, ...allowNet!], deny: [], policy: null };
  }
  const loopback = place.environment === "dev";
  const resolved = await Promise.all(
    named.map(async ({ host, port }) =>
      (await addressesOf(host)).map((address) => ({ host: address, port }))
    ),
  );
  const open = [
    ...await ownAddresses(place.host),
    ...await proxies(env),
    ...resolved.flat().map(({ host }) => host),
  ];
  const ranges = loopback ? PRIVATE_RANGES : [...LOOPBACK_RANGES, ...PRIVATE_RANGES];
  const six = loopback ? [] : LOOPBACK_IPV6.filter((one) => !open.includes(one.slice(1, -1)));
  return {
    allow: true,
    deny: [...without(ranges, open), ...six],
    policy: { loopback, named: [...named, ...resolved.flat()] },
  };
}

function parseEntry(entry: string): { host: string; port: number | null } {
  const found = /^(?:(\*)|(\[[0-9a-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?)$/i.exec(entry);
  if (!found) {
    throw new Failure(
      "config",
      "ALLOW_NET_INVALID",
      `\`${entry}\` in \`[runtime] allow_net\` is no host`,
      {
        hint:
          'Name hosts and addresses, with a port if you like: "api.example.com", "127.0.0.1:5432", or "*" for the internet',
        details: { entry },
      },
    );
  }
  const [, all, host, port] = found;
  return { host: all ?? host!.toLowerCase(), port: port === undefined ? null : Number(port) };
}

async function ownAddresses(host: string): Promise<string[]> {
  if (host === "0.0.0.0") return [host, "127.0.0.1"];
  if (host === "::") return [host, "::1", "127.0.0.1"];
  return await addressesOf(host);
}

async function addressesOf(host: string): Promise<string[]> {
  const plain = host.replace(/^\[|\]$/g, "");
  if (reachOf(plain) !== null) return [plain];
  const { lookup } = await import("node:dns/promises");
  return (await lookup(plain, { all: true }).catch(() => [])).map(({ address }) => address);
}

/** The hosts that `netGrant` looks up: a process that calls it needs them in its own permissions. */
export function hostsToResolve(allowNet: string[] | null, env: Env): string[] {
  const named = (allowNet ?? []).filter((entry) => entry !== "*").map(parseEntry);
  return [...named.map(({ host }) => host), ...proxyHosts(env).map(bracketed)];
}

/** Calls go through them, wherever they stand. */
async function proxies(env: Env): Promise<string[]> {
  return (await Promise.all(proxyHosts(env).map(addressesOf))).flat();
}

function proxyHosts(env: Env): string[] {
  const names = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  const values = names.flatMap((name) => [env.get(name), env.get(name.toLowerCase())]);
  const hosts = new Set(
    values.filter((value) => value !== undefined && value !== "").map((value) =>
      URL.parse(value!.includes("://") ? value! : `http://${value}`)?.hostname ?? ""
    ),
  );
  return [...hosts].filter(Boolean).map((host) => host.replace(/^\[|\]$/g, ""));
}
