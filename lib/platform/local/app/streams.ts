import { AsyncLocalStorage } from "node:async_hooks";
import { currentScope } from "../../../runtime/context.ts";
import { define } from "./define.ts";

/** Runs a function where this was made. */
type InScope = <T>(work: () => T) => T;

/**
 * Gives apps a `ReadableStream` whose source is asked within the request that made the stream, as on
 * Workers: the server reads a response's body long after the handler has returned, and from outside of it.
 */
export function installStreams(): void {
  const Original = globalThis.ReadableStream;
  const from = Original.from.bind(Original);
  const Scoped = new Proxy(Original, {
    construct: (target, [source, ...rest], newTarget) =>
      Reflect.construct(target, [scoped(source), ...rest], newTarget),
  });
  define(
    Original,
    "from",
    (values: unknown) => from(scopedValues(values) as AsyncIterable<unknown>),
  );
  define(Original.prototype, "constructor", Scoped);
  define(globalThis, "ReadableStream", Scoped);
}

function scoped(source: unknown): unknown {
  if (source === null || typeof source !== "object" || currentScope() === null) return source;
  const inScope = AsyncLocalStorage.snapshot();
  return withMethods(source, inScope);
}

/** What is iterated is asked step by step as well. Streams look after themselves. */
function scopedValues(values: unknown): unknown {
  if (values === null || typeof values !== "object" || values instanceof ReadableStream) {
    return values;
  }
  for (const way of [Symbol.asyncIterator, Symbol.iterator]) {
    const begin: unknown = Reflect.get(values, way);
    if (typeof begin !== "function" || currentScope() === null) continue;
    const inScope = AsyncLocalStorage.snapshot();
    return { [way]: () => withMethods(Reflect.apply(begin, values, []), inScope) };
  }
  return values;
}

/** The same object, whose methods run in the scope and see the object itself. */
function withMethods<T extends object>(object: T, inScope: InScope): T {
  return new Proxy(object, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => inScope(() => Reflect.apply(value, target, args));
    },
  });
}
