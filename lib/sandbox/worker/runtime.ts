/**
 * Stands in for the runtime while an app is only looked at: every member of the SDK exists, can be
 * called and gives the same again, so that top-level code that prepares something does not fail.
 */
export function stubRuntime(): void {
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
  // Packages ask for a built-in module and do without: Workers answer `undefined` for most of them.
  const process = (globalThis as unknown as { process?: Record<string, unknown> }).process;
  if (process) process.getBuiltinModule = () => undefined;
  const parts = ["db", "storage", "vars", "secret", "ctx", "auth"];
  Object.defineProperty(globalThis, Symbol.for("edgespark.runtime"), {
    value: Object.fromEntries(parts.map((part) => [part, anything])),
  });
}
