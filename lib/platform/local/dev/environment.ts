import { Buffer } from "node:buffer";
import { join } from "@std/path";
import type { System } from "../../../ports/system.ts";
import type { AppSettings, DeploymentFiles } from "../app/protocol.ts";
import { openLocalDatabase } from "../database.ts";
import type { ServerEnvironment } from "../server/environment.ts";
import type { DevPaths } from "./paths.ts";

/** What an app process of `dev` is started with. Nothing of it comes from `local/` or leaves `dev/`. */
export class DevEnvironment implements ServerEnvironment {
  /** The build that answers; null: none has loaded yet. */
  build: string | null = null;
  /** What the app may read. Never print it. */
  current: AppSettings;
  #version = 0;

  constructor(readonly system: System, readonly paths: DevPaths, settings: AppSettings) {
    this.current = settings;
  }

  async prepare(): Promise<void> {
    for (const folder of [this.paths.buckets, this.paths.deployments]) {
      await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    }
    const database = openLocalDatabase(this.paths.data, this.paths.restore);
    try {
      await database.ensureSystem();
    } finally {
      database.close();
    }
  }

  /** Made once for each dev environment, so that sessions outlive a restart; of no use anywhere else. */
  async keys(): Promise<{ authSecret: string; presignKey: string }> {
    const found = await this.system.files.read(this.paths.keys);
    const keys = found && readKeys(new TextDecoder().decode(found));
    if (keys) return keys;
    const made = { authSecret: randomKey(), presignKey: randomKey() };
    await this.system.files.write(this.paths.keys, JSON.stringify(made) + "\n", { mode: 0o600 });
    return made;
  }

  settings(): Promise<AppSettings> {
    return Promise.resolve(this.current);
  }

  files(id: string): DeploymentFiles {
    const folder = join(this.paths.deployments, id);
    return {
      id,
      bundlePath: join(folder, "bundle.js"),
      sourceMapPath: join(folder, "bundle.js.map"),
      assetsDir: null,
      spaFallback: false,
    };
  }

  /** A build is used by the process that made it. */
  damaged(): Promise<string[]> {
    return Promise.resolve([]);
  }

  active(): Promise<string | null> {
    return Promise.resolve(this.build);
  }

  activate(id: string): Promise<void> {
    this.build = id;
    return Promise.resolve();
  }

  keptPort(): Promise<null> {
    return Promise.resolve(null);
  }

  keepPort(): Promise<void> {
    return Promise.resolve();
  }

  version(): Promise<number> {
    return Promise.resolve(this.#version);
  }

  close(): void {}
}

function readKeys(text: string): { authSecret: string; presignKey: string } | null {
  try {
    const { authSecret, presignKey } = JSON.parse(text);
    return typeof authSecret === "string" && typeof presignKey === "string"
      ? { authSecret, presignKey }
      : null;
  } catch {
    return null;
  }
}

function randomKey(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString("base64url");
}
