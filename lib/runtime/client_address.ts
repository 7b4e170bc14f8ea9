/** The request header in which the platform tells the auth service the client's address. */
export const CLIENT_IP_HEADER = "x-edgespark-client-ip";

/** Where a request came from and under which address the app is known to its client. */
export interface ClientAddress {
  ip: string;
  /** The app's origin as the client sees it, such as "https://app.example". */
  origin: string;
}

/**
 * Reads the client's address. Only a proxy on this same machine is believed about `x-forwarded-for`
 * (its last entry, the one that this proxy wrote) and `x-forwarded-proto`; anyone else could claim what
 * they like.
 *
 * Most requests end without anybody asking, so that nothing is read before.
 *
 * @param url of the request.
 * @param ip the address of the connection's other end.
 */
export function clientAddress(headers: Headers, url: string, ip: string): ClientAddress {
  const proxied = isLoopback(ip);
  return {
    get ip() {
      return proxied && address(lastEntry(headers, "x-forwarded-for")) || ip;
    },
    get origin() {
      const { host, origin } = new URL(url);
      const secure = proxied && lastEntry(headers, "x-forwarded-proto") === "https";
      return secure ? `https://${host}` : origin;
    },
  };
}

function lastEntry(headers: Headers, name: string): string {
  return headers.get(name)?.split(",").at(-1)?.trim() ?? "";
}

/** The address in an entry, which may have a port; null when it is something else. */
function address(entry: string): string | null {
  const v4 = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/.exec(entry);
  if (v4) return v4[1]!;
  const v6 = /^\[?([0-9a-f:]*:[0-9a-f:.]*)(?:%\w+)?(?:\](?::\d+)?)?$/i.exec(entry);
  return v6 ? v6[1]!.toLowerCase() : null;
}

function isLoopback(ip: string): boolean {
  return ip === "::1" || ip.startsWith("127.") || ip.startsWith("::ffff:127.");
}
