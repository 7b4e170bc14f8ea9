const PARTS = ["db", "storage", "vars", "secret", "ctx", "auth"];

/** A use of the SDK that the real runtime refuses while a module loads. */
export class OutsideHandler extends Error {
  override readonly name = "OutsideRequest";
  readonly code = "OUTSIDE_REQUEST";

  /** @param use such as "vars.get" */
  constructor(readonly use: string) {
    super(
      `\`${use}\` from "edgespark" can only be used inside a request handler, not while the module loads`,
    );
  }
}

/** How an app is looked at: as it really loads, or so that nothing of the SDK stops it. */
export type RuntimeKind = "refusing" | "lenient";

/** Puts what stands in for the runtime in place; called once, before an app is looked at. */
export function stubRuntime(): (kind: RuntimeKind) => void {
  // Packages ask for a built-in module and do without: Workers answer `undefined` for most of them.
  const process = (globalThis as unknown as { process?: Record<string, unknown> }).process;
  if (process) process.getBuiltinModule = () => undefined;
  let current = refusing();
  Object.defineProperty(globalThis, Symbol.for("edgespark.runtime"), { get: () => current });
  return (kind) => current = kind === "refusing" ? refusing() : lenient();
}

/** Throws where lib/runtime/context.ts does; a test compares the two. */
export function refusing(): Record<string, unknown> {
  const refuse = (use: string) => (): never => {
    throw new OutsideHandler(use);
  };
  const whole = (name: string) =>
    new Proxy({}, {
      get: (_, key) => refuse(typeof key === "string" ? `${name}.${key}` : name)(),
      has: refuse(name),
      getPrototypeOf: refuse(name),
      set: () => false,
    });
  return {
    db: whole("db"),
    storage: whole("storage"),
    vars: { get: refuse("vars.get") },
    secret: { get: refuse("secret.get") },
    ctx: {
      get environment() {
        return refuse("ctx.environment")();
      },
      runInBackground: refuse("ctx.runInBackground"),
    },
    auth: {
      get user() {
        return refuse("auth.user")();
      },
      isAuthenticated: refuse("auth.isAuthenticated"),
    },
  };
}

/** Every member exists, can be called and gives the same again. */
function lenient(): Record<string, unknown> {
  const anything: unknown = new Proxy(function () {}, {
    get: (_, key) => {
      // Awaited, it must not look like a promise; printed or joined, it must become text.
      if (key === "then") return undefined;
      if (key === Symbol.toPrimitive) return () => "";
      if (key === Symbol.iterator) return () => [][Symbol.iterator]();
      if (key === Symbol.asyncIterator) return undefined;
      return anything;
    },
    apply: () => anything,
    construct: () => anything as object,
  });
  return Object.fromEntries(PARTS.map((part) => [part, anything]));
}
