import { AsyncLocalStorage } from "node:async_hooks";
import type { StorageClient } from "./storage/client.ts";
import type { User } from "./user.ts";

/** Everything that belongs to one request. */
export interface RequestScope {
  requestId: string;
  /** drizzle-orm's D1 client with the app's schema. */
  db: object;
  storage: StorageClient;
  user: User | null;
  environment: "production" | "dev";
  variable(name: string): string | null;
  secret(name: string): string | null;
  /** Keeps a promise alive after the response. */
  background(promise: Promise<unknown>): void;
}

const scopes = new AsyncLocalStorage<RequestScope>();

/** Runs `work` and everything that it starts inside a request's scope. */
export function runInScope<T>(scope: RequestScope, work: () => T): T {
  return scopes.run(scope, work);
}

/** The scope of the request that is being answered, or null outside of one. */
export function currentScope(): RequestScope | null {
  return scopes.getStore() ?? null;
}

/** What was used outside of a request's handler. */
export class OutsideRequest extends Error {
  override readonly name = "OutsideRequest";
  readonly code = "OUTSIDE_REQUEST";
}

function scopeFor(what: string): RequestScope {
  const scope = scopes.getStore();
  if (scope) return scope;
  throw new OutsideRequest(
    `\`${what}\` from "edgespark" can only be used inside a request handler, not while the module loads or after all work of the request has ended`,
  );
}

/**
 * Where the bundled app finds the modules `edgespark` and `edgespark/http`: the bundler maps their
 * imports to the properties of this global.
 */
export const RUNTIME_GLOBAL = Symbol.for("edgespark.runtime");

/** The values of `edgespark` (contract section 6.2) and of `edgespark/http` (`auth`). */
export interface RuntimeGlobal {
  readonly db: object;
  readonly storage: StorageClient;
  readonly vars: { get(name: string): string | null };
  readonly secret: { get(name: string): string | null };
  readonly ctx: {
    readonly environment: "production" | "dev";
    runInBackground(promise: Promise<unknown>): void;
  };
  readonly auth: { readonly user: User | null; isAuthenticated(): boolean };
}

const runtime: RuntimeGlobal = {
  db: forward("db", (scope) => scope.db),
  storage: forward("storage", (scope) => scope.storage),
  vars: { get: (name) => scopeFor("vars").variable(name) },
  secret: { get: (name) => scopeFor("secret").secret(name) },
  ctx: {
    get environment() {
      return scopeFor("ctx").environment;
    },
    runInBackground: (promise) => {
      const scope = scopeFor("ctx");
      if (typeof promise?.then !== "function") {
        throw new TypeError("`ctx.runInBackground` takes a promise: call the async function first");
      }
      scope.background(promise);
    },
  },
  auth: {
    get user() {
      return scopeFor("auth").user;
    },
    isAuthenticated: () => scopeFor("auth").user !== null,
  },
};

/** Puts the runtime where bundled apps look for it. */
export function installRuntime(): void {
  Object.defineProperty(globalThis, RUNTIME_GLOBAL, { value: Object.freeze(runtime) });
}

/** An object that is always the current request's one. */
function forward<T extends object>(name: string, select: (scope: RequestScope) => T): T {
  const target = () => select(scopeFor(name));
  return new Proxy({} as T, {
    get(_, key) {
      const object = target();
      const value: unknown = Reflect.get(object, key, object);
      return typeof value === "function" ? value.bind(object) : value;
    },
    has: (_, key) => Reflect.has(target(), key),
    getPrototypeOf: () => Reflect.getPrototypeOf(target()),
    set: () => false,
  });
}
