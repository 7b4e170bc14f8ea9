import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { build } from "esbuild";
import { DEFAULT_AUTH } from "../../../../../../lib/runtime/auth/settings.ts";
import type {
  AppSettings,
  DeploymentFiles,
  FromWorker,
  StartMessage,
  ToWorker,
} from "../../../../../../lib/platform/local/app/protocol.ts";
import type { LogRecord } from "../../../../../../lib/platform/platform.ts";
import { SYSTEM_TABLES } from "../../../../../../lib/schema/system_tables.ts";
import {
  appWorkerOptions,
  ROOT,
  workerOptions,
} from "../../../../../../scripts/esbuild_options.ts";
import { TABLES } from "./sample/defs.ts";

const SAMPLE = join(import.meta.dirname!, "sample", "app.ts");

/** A running app Worker with the permissions that the server gives it. */
export interface World {
  url: string;
  folder: string;
  records: LogRecord[];
  get(path: string, init?: RequestInit): Promise<Response>;
  post(path: string, body: unknown, headers?: HeadersInit): Promise<Response>;
  send(message: ToWorker): void;
  /** The next message of a type. */
  next<T extends FromWorker["type"]>(type: T): Promise<Extract<FromWorker, { type: T }>>;
  /** Waits until a record fits. */
  logged(fits: (record: LogRecord) => boolean): Promise<LogRecord>;
  /** Bundles the sample app under another version. */
  deployment(version: string): Promise<DeploymentFiles>;
}

export const SETTINGS: AppSettings = {
  vars: { PUBLIC_NAME: "sample" },
  secrets: { TOKEN: "sk-very-secret" },
  buckets: ["uploads"],
  auth: DEFAULT_AUTH,
};

/** Starts a Worker on a fresh folder, runs the test, ends the Worker. */
export async function inWorld(
  test: (world: World) => Promise<void>,
  options: {
    settings?: Partial<AppSettings>;
    start?: Partial<StartMessage>;
    deployed?: boolean;
    /** Code that runs before the Worker's own. */
    banner?: string;
  } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-app-" });
  const worker = await createWorker(folder, options.banner);
  try {
    const { dataFile, bucketsDir } = await prepareData(folder);
    const records: LogRecord[] = [];
    const listeners = new Set<(message: FromWorker) => void>();
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "log") records.push(...recordsOf(data.lines));
      for (const listener of listeners) listener(data);
    };
    const next: World["next"] = (type) =>
      new Promise((resolve, reject) => {
        const listener = (message: FromWorker) => {
          if (message.type === "failed" && type !== "failed") {
            reject(new Error(`${message.code}: ${message.reason}\n${message.stack}`));
          } else if (message.type !== type) return;
          listeners.delete(listener);
          resolve(message as never);
        };
        listeners.add(listener);
      });
    const world: World = {
      url: "",
      folder,
      records,
      get: (path, init) => fetch(world.url + path, init),
      post: (path, body, headers) =>
        fetch(world.url + path, {
          method: "POST",
          headers: { "content-type": "application/json", ...headers },
          body: typeof body === "string" ? body : JSON.stringify(body),
        }),
      send: (message) => worker.postMessage(message),
      next,
      async logged(fits) {
        for (const end = Date.now() + 5000; Date.now() < end;) {
          const found = records.find(fits);
          if (found) return found;
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
        throw new Error(`No such record in ${JSON.stringify(records, null, 1)}`);
      },
      deployment: (version) => bundleSample(folder, version),
    };
    const ready = next("ready");
    world.send({
      type: "start",
      host: "127.0.0.1",
      port: 0,
      dataFile,
      bucketsDir,
      environment: "production",
      modules: {
        auth: join(folder, "modules", "auth.js"),
        drizzle: join(folder, "modules", "drizzle.js"),
      },
      origins: [],
      authSecret: "a".repeat(40),
      presignKey: "b".repeat(40),
      deployment: options.deployed === false ? null : await bundleSample(folder, "v1"),
      settings: { ...SETTINGS, ...options.settings },
      ...options.start,
    });
    world.url = `http://127.0.0.1:${(await ready).port}`;
    await test(world);
    const stopped = next("stopped");
    world.send({ type: "stop", timeout: 5000 });
    await stopped;
  } finally {
    worker.terminate();
    await Deno.remove(folder, { recursive: true });
  }
}

/** The records of whole lines of NDJSON. */
export function recordsOf(lines: Uint8Array): LogRecord[] {
  return new TextDecoder().decode(lines).split("\n").slice(0, -1).map((line) => JSON.parse(line));
}

/** A Worker with the code of app_worker.js and no more permissions than the real one has. */
export async function createWorker(folder: string, banner = ""): Promise<Worker> {
  const script = join(folder, "app_worker.js");
  await build({
    ...appWorkerOptions(),
    entryPoints: [join(ROOT, "lib/platform/local/app/worker.ts")],
    outfile: script,
    banner: { js: banner },
  });
  await build({
    ...workerOptions(),
    entryPoints: [
      { in: join(ROOT, "lib/runtime/auth/service.ts"), out: "auth" },
      { in: join(ROOT, "lib/runtime/drizzle.ts"), out: "drizzle" },
    ],
    outdir: join(folder, "modules"),
  });
  return new Worker(new URL(`file://${script}`), {
    type: "module",
    deno: {
      permissions: {
        net: ["127.0.0.1"],
        read: ["data.sqlite", "buckets", "deployments", "modules"].map((name) =>
          join(folder, name)
        ),
        write: [join(folder, "data.sqlite"), join(folder, "buckets")],
        env: false,
        run: false,
        ffi: false,
        sys: false,
        import: false,
      },
    },
  });
}

async function prepareData(folder: string): Promise<{ dataFile: string; bucketsDir: string }> {
  const dataFile = join(folder, "data.sqlite");
  const db = new DatabaseSync(dataFile);
  for (const statement of [...SYSTEM_TABLES, ...TABLES]) db.exec(statement);
  db.close();
  const bucketsDir = join(folder, "buckets");
  await Deno.mkdir(bucketsDir);
  await Deno.mkdir(join(folder, "deployments"), { recursive: true });
  return { dataFile, bucketsDir };
}

async function bundleSample(folder: string, version: string): Promise<DeploymentFiles> {
  const bundlePath = join(folder, "deployments", version, "bundle.js");
  await build({
    ...workerOptions(),
    entryPoints: [SAMPLE],
    define: { VERSION: JSON.stringify(version) },
    outfile: bundlePath,
  });
  const assetsDir = join(folder, "deployments", version, "assets");
  await Deno.mkdir(join(assetsDir, "assets"), { recursive: true });
  await Deno.writeTextFile(join(assetsDir, "index.html"), `<h1>${version}</h1>`);
  await Deno.writeTextFile(join(assetsDir, "assets", "app.js"), `console.log("${version}")`);
  return { id: version, bundlePath, sourceMapPath: null, assetsDir, spaFallback: true };
}
