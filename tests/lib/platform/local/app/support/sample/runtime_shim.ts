/** Stands for the modules `edgespark` and `edgespark/http`, as the bundler provides them. */
interface Runtime {
  // deno-lint-ignore no-explicit-any -- the app's own declarations type these
  [name: string]: any;
}

const runtime = () =>
  (globalThis as unknown as Record<symbol, Runtime>)[Symbol.for("edgespark.runtime")]!;

export const { db, storage, vars, secret, ctx, auth } = new Proxy({} as Runtime, {
  get: (_, name) =>
    new Proxy({}, {
      get: (_, key) => {
        const target = runtime()[String(name)];
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    }),
});
