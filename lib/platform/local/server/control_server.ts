import { type ControlAnswer, type ControlRequest, toWire } from "./control_protocol.ts";
import { folderOf, type Line, type LineListener, listenLine } from "./control_line.ts";
import { type Frame, FrameWriter, readFrames } from "./frames.ts";
import { prepareSocket } from "./control_address.ts";

/** An app process that reported for work. */
export interface AppConnection {
  frames: AsyncGenerator<Frame>;
  writer: FrameWriter;
}

/** What the server does with what comes in on its socket. */
export interface ControlHandlers {
  answer(request: Exclude<ControlRequest, { op: "app" }>): Promise<unknown>;
  /** False: not an app process that was started by this server. */
  app(token: string, connection: AppConnection): boolean;
}

/** A listening control channel. */
export interface ControlServer {
  close(): void;
}

/** Listens at the control address, which only this user can open. Never TCP. */
export async function listenControl(
  socket: string,
  handlers: ControlHandlers,
): Promise<ControlServer> {
  const isSocket = folderOf(socket) === null;
  if (isSocket) await prepareSocket(socket);
  const listener = await listenLine(socket);
  acceptAll(listener, handlers, { connection: null });
  return {
    close() {
      listener.close();
      if (!isSocket) return;
      try {
        Deno.removeSync(socket);
      } catch {
        // Somebody cleared the folder; nothing is left to remove.
      }
    },
  };
}

/** Whose pause it is; null: nobody's. */
interface Pause {
  connection: Line | null;
}

async function acceptAll(
  listener: LineListener,
  handlers: ControlHandlers,
  pause: Pause,
): Promise<void> {
  for await (const connection of listener) {
    serveConnection(connection, handlers, pause).catch(() => close(connection));
  }
}

async function serveConnection(
  connection: Line,
  handlers: ControlHandlers,
  pause: Pause,
): Promise<void> {
  const frames = readFrames(connection);
  const first = await frames.next();
  if (first.done || first.value.kind !== "json") return close(connection);
  const request = first.value.value as ControlRequest;
  const writer = new FrameWriter(connection);
  if (request.op === "app") {
    if (!handlers.app(request.token, { frames, writer })) close(connection);
    return;
  }
  if (request.op === "pause") pause.connection = connection;
  if (request.op === "resume") pause.connection = null;
  try {
    const answer = await handlers.answer(request).then<ControlAnswer, ControlAnswer>(
      (value) => ({ ok: true, value: value ?? null }),
      (error) => ({ ok: false, error: toWire(error) }),
    );
    await writer.write({ kind: "json", value: answer });
    // A pause lasts as long as its connection: a command that was killed holds nobody up.
    if (request.op === "pause") await frames.next();
    await writer.done();
    close(connection);
  } finally {
    if (pause.connection === connection) {
      pause.connection = null;
      await handlers.answer({ op: "resume" }).catch(() => {});
    }
  }
}

function close(connection: Line): void {
  try {
    connection.close();
  } catch {
    // The peer was faster.
  }
}
