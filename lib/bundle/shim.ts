import type { Plugin } from "esbuild";

/** The modules of the SDK and what each exports (contract section 6.1). */
const MODULES: Record<string, string[]> = {
  "edgespark": ["db", "storage", "vars", "secret", "ctx"],
  "edgespark/http": ["auth"],
};

/** Where the runtime puts `{ db, storage, vars, secret, ctx, auth }` before or after an app is loaded. */
export const RUNTIME_KEY = "edgespark.runtime";

/**
 * The SDK as a module: every export stands for the runtime's own object and reaches for it only when
 * one of its members is used, so that an app may be loaded before the runtime is ready.
 */
export function shimSource(module: string): string {
  return `const key = Symbol.for("${RUNTIME_KEY}");
const part = (name) => {
  const real = () => {
    const runtime = globalThis[key];
    if (!runtime) throw new Error("The SDK works only while a request is handled: use \`" + name + "\` inside a handler");
    return runtime[name];
  };
  return new Proxy({}, {
    get: (_, member) => {
      const target = real();
      const value = target[member];
      return typeof value === "function" ? value.bind(target) : value;
    },
    has: (_, member) => member in real(),
    getPrototypeOf: () => Object.getPrototypeOf(real()),
    set: () => false,
    deleteProperty: () => false,
    defineProperty: () => false,
  });
};
${MODULES[module]!.map((name) => `export const ${name} = part("${name}");`).join("\n")}
`;
}

export function isSdkModule(specifier: string): boolean {
  return Object.hasOwn(MODULES, specifier);
}

/** Loads the SDK's modules, which the imports plugin points to. */
export function sdkModules(): Plugin {
  return {
    name: "sdk",
    setup(build) {
      build.onLoad(
        { filter: /.*/, namespace: "sdk" },
        ({ path }) => ({ contents: shimSource(path), loader: "js" }),
      );
    },
  };
}
