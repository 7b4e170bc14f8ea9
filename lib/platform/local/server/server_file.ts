import type { System } from "../../../ports/system.ts";
import type { LocalPaths } from "../paths.ts";

/** What a running server says about itself in `.edgespark/local/server.json`. */
export interface ServerInfo {
  pid: number;
  host: string;
  port: number;
  /** Where the app answers, without a slash at its end. */
  url: string;
  /** The control socket. */
  socket: string;
  /** ISO 8601. */
  startedAt: string;
  /** Of the program that runs the server. */
  version: string;
}

/** Reads the file; null when there is none or it is not whole. It may be stale: its server may be dead. */
export async function readServerFile(
  system: System,
  paths: LocalPaths,
): Promise<ServerInfo | null> {
  const bytes = await system.files.read(paths.serverFile);
  if (!bytes) return null;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    const whole = typeof value.pid === "number" && typeof value.port === "number" &&
      typeof value.url === "string" && typeof value.socket === "string";
    return whole ? value : null;
  } catch {
    return null;
  }
}

/** Says where this server answers. */
export async function writeServerFile(
  system: System,
  paths: LocalPaths,
  info: ServerInfo,
): Promise<void> {
  await system.files.write(paths.serverFile, JSON.stringify(info) + "\n", { mode: 0o600 });
}

/** The address to show for a listening address: a server on every address is reached on loopback. */
export function serverUrl(host: string, port: number): string {
  const everywhere = host === "0.0.0.0" || host === "::";
  return `http://${everywhere ? "localhost" : bracketed(host)}:${port}`;
}

/** A host as it stands before a port, in addresses and in permissions. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
