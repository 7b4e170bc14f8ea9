import http from "node:http";
import type { Duplex } from "node:stream";
import { Failure } from "../../../failure.ts";
import { isFree, portsToTry, portTaken } from "../server/choose_port.ts";
import { type Backend, proxyRequest, proxyUpgrade } from "./proxy.ts";

/** Who answers a request. */
export interface FrontRules {
  /** The process behind this path; it may wait for one that is just starting. Null: `answer` does. */
  backend(request: http.IncomingMessage): Promise<Backend | null>;
  /** What nobody behind answers. */
  answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void>;
}

/** The one address of `dev`. */
export interface Front {
  host: string;
  port: number;
  /** Ends every connection. */
  close(): void;
}

/** How long until a process that does not listen is asked again, ms. */
const PATIENCE = 25;

/** `localhost` means either, so both are taken or none. */
const LOOPBACK = ["127.0.0.1", "::1"];

/**
 * Listens on the first free port (decision 13) and hands requests on, upgrades included.
 *
 * @throws Failure PORT_TAKEN (conflict), PORT_INVALID, LISTEN_FAILED (usage)
 */
export async function openFront(
  options: { host: string | null; port: number | null },
  rules: FrontRules,
): Promise<Front> {
  const hosts = options.host === null ? LOOPBACK.filter(isHere) : [options.host];
  const name = options.host ?? "localhost";
  for (const port of portsToTry(options.port, null)) {
    if (!hosts.every((host) => isFree(host, port))) continue;
    const servers = await listenAll(hosts, port, rules);
    if (servers === null) continue;
    return {
      host: hosts[0]!,
      port,
      close() {
        for (const { server, sockets } of servers) {
          server.close();
          for (const socket of sockets) socket.destroy();
        }
      },
    };
  }
  if (options.port !== null) throw portTaken(name, options.port);
  throw new Failure("conflict", "PORT_TAKEN", "No port from 7775 on is free", {
    hint: "Name one with `--port <port>`",
  });
}

interface Listening {
  server: http.Server;
  sockets: Set<Duplex>;
}

/** Null: somebody was faster. */
async function listenAll(
  hosts: string[],
  port: number,
  rules: FrontRules,
): Promise<Listening[] | null> {
  const opened: Listening[] = [];
  try {
    for (const host of hosts) opened.push(await listen(host, port, rules));
    return opened;
  } catch (error) {
    for (const { server } of opened) server.close();
    if ((error as { code?: string }).code === "EADDRINUSE") return null;
    throw error;
  }
}

function listen(host: string, port: number, rules: FrontRules): Promise<Listening> {
  const sockets = new Set<Duplex>();
  // Uploads and streams take as long as they take.
  const server = http.createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
  server.on("connection", (socket: Duplex) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("request", (request, response) => {
    handle(request, response, rules).catch((error) => {
      if (!response.headersSent) response.writeHead(500);
      response.end(String(error));
    });
  });
  server.on("upgrade", (request: http.IncomingMessage, socket: Duplex, head: Uint8Array) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    rules.backend(request).then(
      (backend) => backend ? proxyUpgrade(request, socket, head, backend) : socket.destroy(),
      () => socket.destroy(),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      server.on("error", () => {});
      resolve({ server, sockets });
    });
  });
}

async function handle(
  request: http.IncomingMessage,
  response: http.ServerResponse,
  rules: FrontRules,
): Promise<void> {
  for (let tries = 0;; tries++) {
    const backend = await rules.backend(request);
    if (backend === null) return await rules.answer(request, response);
    // A process that ended a moment ago: whoever takes its place answers.
    if (await proxyRequest(request, response, backend, tries > 0) === "done") return;
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
  }
}

function isHere(host: string): boolean {
  try {
    Deno.listen({ hostname: host, port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}
