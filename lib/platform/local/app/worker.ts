/**
 * The app Worker (asset `app_worker.js`): hosts a deployed app with the runtime round it and listens
 * by itself. protocol.ts says what it is told and what it answers.
 */
import "./worker_globals.ts";
import { AppServer } from "./server.ts";
import { WorkerFailure } from "./loader.ts";
import type { FromWorker, ToWorker } from "./protocol.ts";

const scope = globalThis as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  addEventListener(type: "message", listener: (event: MessageEvent<ToWorker>) => void): void;
  close(): void;
};
const post = scope.postMessage.bind(scope);
const close = scope.close.bind(scope);
let server: AppServer | null = null;
/** Messages are handled one after the other, so that two deployments cannot overtake each other. */
let queue: Promise<void> = Promise.resolve();

const { apply } = Reflect;
const isTrusted = Object.getOwnPropertyDescriptor(Event.prototype, "isTrusted")!.get!;
const { stopImmediatePropagation } = Event.prototype;

scope.addEventListener("message", (event) => {
  // What the app process says is for this listener alone, and an app cannot say it in its place.
  apply(stopImmediatePropagation, event, []);
  if (!apply(isTrusted, event, [])) return;
  const { data } = event;
  // These two are about now.
  if (data.type === "ping") {
    return post({
      type: "pong",
      id: data.id,
      inFlight: server?.gate.inFlight ?? 0,
      background: server?.background.size ?? 0,
      served: server?.gate.served ?? 0,
    });
  }
  if (data.type === "resume") return server?.gate.resume();
  queue = queue.then(() => handle(data));
});

// An app must not speak to the app process in the server's name.
Object.defineProperty(scope, "postMessage", { value: undefined });
Object.defineProperty(scope, "close", { value: undefined });

async function handle(message: Exclude<ToWorker, { type: "ping" | "resume" }>): Promise<void> {
  try {
    if (message.type === "start") {
      server = new AppServer(message, post);
      return await server.start();
    }
    if (!server) return;
    if (message.type === "deploy") return await server.deploy(message);
    if (message.type === "config") return server.configure(message);
    if (message.type === "pause") {
      await server.gate.pause(message.timeout);
      return post({ type: "paused", inFlight: server.gate.inFlight });
    }
    await server.stop(message.timeout);
    close();
  } catch (error) {
    const failure = error instanceof WorkerFailure ? error : new WorkerFailure(
      "BUNDLE_FAILED",
      String(error),
      error instanceof Error ? error.stack ?? null : null,
    );
    post({
      type: "failed",
      during: message.type === "deploy" ? "deploy" : "start",
      code: failure.code,
      reason: failure.message,
      stack: failure.trace,
    });
  }
}
