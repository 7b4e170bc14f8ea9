import { Failure } from "../failure.ts";

/** Where a page listens and how a browser gets there. */
export interface PageAddress {
  /** An IP address. */
  host: string;
  /** 0: any free one. */
  port: number;
  /** How the browser reaches it, without a slash at its end; null: at the address where it listens. */
  publicUrl: string | null;
}

/** What a person may say about it. */
export interface AddressWords {
  host?: string;
  port?: number;
  publicUrl?: string;
}

const LOOPBACK = "127.0.0.1";

/**
 * Reads the flags of `secret set`; without any, a free port of the loopback address.
 *
 * @throws Failure HOST_INVALID, PORT_INVALID, PUBLIC_URL_INVALID, PUBLIC_URL_NEEDED, PORT_NEEDED (usage)
 */
export function pageAddress(words: AddressWords): PageAddress {
  const host = readHost(words.host ?? LOOPBACK);
  const url = words.publicUrl === undefined ? null : readPublicUrl(words.publicUrl);
  const port = words.port ?? Number(url?.port ?? 0);
  if (!Number.isInteger(port) || port < 0 || port > 65_535 || words.port === 0) {
    throw usage("PORT_INVALID", `\`${words.port}\` is no port`, "Name one from 1 to 65535");
  }
  if (url === null && isWildcard(host)) {
    throw usage(
      "PUBLIC_URL_NEEDED",
      `\`${host}\` stands for every address of this machine, and the page must know its own`,
      `Say how the browser reaches it: \`--host ${host} --port 8080 --public-url http://<name>:8080\``,
    );
  }
  if (url !== null && port === 0) {
    throw usage(
      "PORT_NEEDED",
      `Nothing says which port of this machine \`${url.origin}\` leads to`,
      "Name it with `--port <port>`",
    );
  }
  return { host, port, publicUrl: url && url.href.replace(/\/+$/, "") };
}

/** Why others than this machine's user may get at the page; null when they may not. */
export function exposure({ host, publicUrl }: PageAddress): string | null {
  const origin = publicUrl ?? originOf(host, 1);
  if (isLoopback(host) && isLoopback(new URL(origin).hostname)) return null;
  const who = "Whoever has this address can open the page from other machines; it works once";
  return isPrivate(origin)
    ? who
    : `${who}. Without \`https\` the network between can read the values: an ssh tunnel is safer`;
}

/** The origin of a listener, by an address in digits: the loopback one where it listens on all. */
export function originOf(host: string, port: number): string {
  const name = isWildcard(host) ? (host.includes(":") ? "::1" : LOOPBACK) : host;
  return `http://${name.includes(":") ? `[${name}]` : name}:${port}`;
}

/** Whether nobody on a network can read what goes to an origin: it is encrypted or stays on this machine. */
export function isPrivate(origin: string): boolean {
  const { protocol, hostname } = new URL(origin);
  return protocol === "https:" || isLoopback(hostname);
}

function isLoopback(host: string): boolean {
  return /^127(\.\d{1,3}){3}$/.test(host) || /(^|\.)localhost$/.test(host) ||
    host === "::1" || host === "[::1]";
}

function isWildcard(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

function readHost(text: string): string {
  if (text === "localhost") return LOOPBACK;
  const bare = text.replace(/^\[(.*)\]$/, "$1");
  const name = URL.parse(`http://${bare.includes(":") ? `[${bare}]` : bare}/`)?.hostname;
  if (name === bare && /^[\d.]+$/.test(bare)) return bare;
  if (name?.startsWith("[")) return name.slice(1, -1);
  throw usage(
    "HOST_INVALID",
    `\`${text}\` is no IP address`,
    "Name an address of this machine to listen on, such as `--host 0.0.0.0`; names belong into `--public-url`",
  );
}

function readPublicUrl(text: string): URL {
  const url = URL.parse(text);
  const plain = url && !url.username && !url.password && !url.search && !url.hash;
  if (plain && (url.protocol === "https:" || url.protocol === "http:")) return url;
  throw usage(
    "PUBLIC_URL_INVALID",
    "The public address is none that a page can have",
    "Write it like `https://box.example:8443`, without a query",
  );
}

function usage(code: string, message: string, hint: string): Failure {
  return new Failure("usage", code, message, { hint });
}
