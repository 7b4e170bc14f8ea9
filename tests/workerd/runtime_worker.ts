/**
 * A Worker that hosts a deployed app with the real runtime round it: D1, R2 and Workers' own
 * `waitUntil` stand where the local platform has SQLite, files and a process.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { readAppModule } from "../../lib/runtime/app_module.ts";
import { DEFAULT_AUTH } from "../../lib/runtime/auth/settings.ts";
import { Background } from "../../lib/runtime/background.ts";
import { installRuntime } from "../../lib/runtime/context.ts";
import type { D1Binding } from "../../lib/runtime/d1.ts";
import { OpenRequests } from "../../lib/runtime/open_requests.ts";
import { createHandler } from "../../lib/runtime/handler.ts";
import type { Handler } from "../../lib/runtime/host.ts";
import type { LogRecord } from "../../lib/platform/platform.ts";
import { type R2, r2Store } from "./r2_store.ts";

interface Bindings {
  DB: D1Binding;
  OBJECTS: R2;
}

interface Context {
  waitUntil(promise: Promise<unknown>): void;
}

/** Workers wait for what a request has started, no other one can. */
class WorkersBackground extends Background {
  readonly contexts = new AsyncLocalStorage<Context>();

  override add(promise: Promise<unknown>, failed: (error: unknown) => void): void {
    this.contexts.getStore()!.waitUntil(Promise.resolve(promise).catch(failed));
  }
}

installRuntime();

/** @param app the namespace of a bundle */
export function host(app: Record<string, unknown>) {
  const background = new WorkersBackground();
  const records: LogRecord[] = [];
  let handler: Handler | null = null;
  return {
    async fetch(request: Request, env: Bindings, context: Context): Promise<Response> {
      // What the runtime has logged; no path of the app's.
      if (new URL(request.url).pathname === "/records") return Response.json(records);
      const answer = handler ??= open(app, env, background, records);
      const ip = request.headers.get("cf-connecting-ip") ?? "";
      return await background.contexts.run(context, () => answer(request, ip));
    },
  };
}

function open(
  app: Record<string, unknown>,
  env: Bindings,
  background: Background,
  records: LogRecord[],
): Handler {
  const module = readAppModule(app);
  const log = (record: LogRecord) => void records.push(record);
  return createHandler({
    db: env.DB,
    systemDb: env.DB,
    objects: r2Store(env.OBJECTS),
    environment: "production",
    origins: [],
    authSecret: "a".repeat(40),
    authService: () => import("../../lib/runtime/auth/service.ts"),
    presignKey: "b".repeat(40),
    background,
    log,
    open: new OpenRequests(log),
    live: () => ({
      vars: { GREETING: "hello" },
      secrets: { TOKEN: "sk-secret" },
      buckets: ["uploads"],
    }),
  }, { id: "d1", module, connect: module.connect!, auth: DEFAULT_AUTH, assets: null });
}
