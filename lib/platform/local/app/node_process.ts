/**
 * Node's `process`, and the modules that come with it. Loading them costs a start some 20 ms, and most
 * requests need none of them: they are loaded when somebody asks. By then an app may have changed what
 * it likes of this realm, so nothing here relies on a method that it could have replaced.
 */

/** As much of `process` as this Worker uses. */
export interface NodeProcess {
  env: Record<string, string>;
  binding(name: string): Record<string, unknown>;
  getBuiltinModule(name: string): unknown;
}

/** How Deno loads it; older versions have it ready. */
const original = Object.getOwnPropertyDescriptor(globalThis, "process")!;
const { defineProperty, freeze } = Object;
const { apply } = Reflect;

interface Loaded extends Pick<NodeProcess, "binding" | "getBuiltinModule"> {
  process: NodeProcess;
}

let loaded: Loaded | null = null;
/** What is done to it before anybody sees it. */
const changes: ((process: NodeProcess) => void)[] = [];

/**
 * Puts a `process` in place that is loaded when it is first touched, with an environment of nothing but
 * `NODE_ENV`: libraries look at `process.env` while they load, and the Worker may not read the real one.
 */
export function installLazyProcess(): void {
  defineProperty(globalThis, "process", {
    get: () => load().process,
    set: (value) => put(value),
    enumerable: false,
    configurable: true,
  });
  changeProcess((process) => {
    defineProperty(process, "env", {
      value: { NODE_ENV: "production" },
      writable: true,
      configurable: true,
    });
    put(process);
  });
}

/** Changes `process` before anybody else sees it, now or when it is loaded. */
export function changeProcess(change: (process: NodeProcess) => void): void {
  if (loaded) change(loaded.process);
  else changes.push(change);
}

/** One of Node's modules, whatever became of `process.getBuiltinModule`. */
export function builtinModule<T>(name: string): T {
  return load().getBuiltinModule(name) as T;
}

/** What lies below Node's modules, whatever became of `process.binding`. */
export function nodeBinding(name: string): Record<string, unknown> {
  return load().binding(name);
}

function load(): Loaded {
  if (loaded) return loaded;
  const process = (original.get ? apply(original.get, globalThis, []) : original.value) as
    & NodeProcess
    & Record<string, unknown>;
  const { binding, getBuiltinModule } = process;
  loaded = freeze({
    process,
    binding: (name: string) => apply(binding, process, [name]),
    getBuiltinModule: (name: string) => apply(getBuiltinModule, process, [name]),
  });
  for (let index = 0; index < changes.length; index++) changes[index]!(process);
  return loaded;
}

function put(value: unknown): void {
  defineProperty(globalThis, "process", { value, writable: true, configurable: true });
}
