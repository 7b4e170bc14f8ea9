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
 * @param url of the request, which is taken apart when somebody asks for the origin.
 * @param ip the address of the connection's other end.
 */
export function clientAddress(headers: Headers, url: string, ip: string): ClientAddress {
  if (!isLoopback(ip)) return withOrigin(ip, url, false);
  const forwarded = address(headers.get("x-forwarded-for")?.split(",").at(-1)?.trim() ?? "");
  const secure = headers.get("x-forwarded-proto")?.split(",").at(-1)?.trim() === "https";
  return withOrigin(forwarded ?? ip, url, secure);
}

function withOrigin(ip: string, url: string, secure: boolean): ClientAddress {
  return {
    ip,
    get origin() {
      const { host, origin } = new URL(url);
      return secure ? `https://${host}` : origin;
    },
  };
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
