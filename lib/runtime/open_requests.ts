import type { LogRecord } from "../platform/platform.ts";
import { type LogSink, timestamp } from "./log.ts";

/** A request that has no answer yet. */
export interface OpenRequest {
  /** As the server gave it: its signal says when the client is gone. */
  incoming: Request;
  requestId: string;
  method: string;
  path: string;
  /** `performance.now()` when it came. */
  start: number;
  watched: boolean;
}

/** What the log says of a request whose client did not wait for the answer; nginx's number for it. */
export const CLIENT_GONE = 499;
/** What the log says of a request that the server's stop cut off. */
export const CUT_OFF = 503;

/** How long a request goes unwatched, ms. */
const LOOK = 200;

/**
 * The requests that have no answer yet, so that each gets its closing record, also one that is never
 * answered.
 *
 * A listener for each request would cost it as much as reading a row. So they only stand in a set, and
 * those that are still there when a timer looks get one; a client that went before is told then.
 */
export class OpenRequests {
  readonly #open = new Set<OpenRequest>();
  readonly #log: LogSink;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(log: LogSink) {
    this.#log = log;
  }

  add(request: OpenRequest): void {
    this.#open.add(request);
    this.#timer ??= setTimeout(this.#look, LOOK);
  }

  /** Writes the closing record of a request, unless it has one. */
  close(request: OpenRequest, status: number, message?: string): void {
    if (!this.#open.delete(request)) return;
    const { requestId, method, path, start } = request;
    const record: LogRecord = {
      time: timestamp(),
      level: "request",
      requestId,
      method,
      path,
      status,
      ms: Math.round((performance.now() - start) * 100) / 100,
    };
    if (message !== undefined) record.message = message;
    this.#log(record);
  }

  /** Closes a request whose client did not wait for the answer. */
  gone(request: OpenRequest): void {
    this.close(request, CLIENT_GONE, "The client went away before the answer");
  }

  /** Closes what is open because the server ends; says how many those were. */
  cutOff(): number {
    const requests = [...this.#open];
    for (const one of requests) this.close(one, CUT_OFF, "Cut off: the server stopped");
    clearTimeout(this.#timer);
    return requests.length;
  }

  readonly #look = () => {
    this.#timer = undefined;
    for (const request of this.#open) {
      if (!request.watched) this.#watch(request);
    }
    if (this.#open.size > 0) this.#timer = setTimeout(this.#look, LOOK);
  };

  #watch(request: OpenRequest): void {
    request.watched = true;
    const gone = () => this.gone(request);
    const { signal } = request.incoming;
    if (signal.aborted) gone();
    else signal.addEventListener("abort", gone, { once: true });
  }
}
