import { join } from "@std/path";
import { eq } from "drizzle-orm";
import { settleBuckets } from "../../../declare/settle_buckets.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import type { AppSettings, DeploymentFiles } from "../app/protocol.ts";
import { openControl } from "../control/store.ts";
import { deployments } from "../control/tables.ts";
import { configVersion, readSetting, setSetting } from "../control/settings.ts";
import { openLocalDatabase } from "../database.ts";
import { damagedCode } from "../deployment_store.ts";
import { ACTIVE_DEPLOYMENT, deploymentAuth } from "../deployments.ts";
import { localBuckets } from "../buckets.ts";
import { localPaths } from "../paths.ts";
import { serverKeys, unsealAll } from "../sealing.ts";
import { stateFolder } from "../../../state_folder.ts";
import { localVars } from "../vars.ts";
import { authSettings } from "./auth_settings.ts";

/** What the supervisor reads of the environment and keeps in it. */
export interface ServerEnvironment {
  /** Makes the folders, the app's database and its system tables. */
  prepare(): Promise<void>;
  keys(): Promise<{ authSecret: string; presignKey: string }>;
  /** What a deployment (null: none) may read at run time. Opens secrets: never print it. */
  settings(id: string | null): Promise<AppSettings>;
  files(id: string): DeploymentFiles;
  /** Which files of a deployment's code are not what was stored; empty: it is whole. */
  damaged(id: string): Promise<string[]>;
  active(): Promise<string | null>;
  activate(id: string): Promise<void>;
  keptPort(): Promise<number | null>;
  keepPort(port: number): Promise<void>;
  /** Rises when vars, secrets or buckets change. */
  version(): Promise<number>;
  close(): void;
}

const PORT = "port";

/** Opens the control database of the project's local environment for its server. */
export function openEnvironment(system: System, project: Project): ServerEnvironment {
  const paths = localPaths(project);
  const control = openControl(paths.control);
  const state = stateFolder(system.env);
  const set = async (name: string, value: unknown) => {
    await setSetting(await control.write(), name, value, system.clock.now());
  };
  return {
    async prepare() {
      for (const folder of [paths.buckets, paths.deployments]) {
        await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
      }
      await settleBuckets(system, project, localBuckets(control, paths.buckets, system.clock));
      const database = await openLocalDatabase(paths.data, paths.restore);
      try {
        await database.ensureSystem();
      } finally {
        database.close();
      }
    },
    async keys() {
      const { authSecret, presignKey } = await serverKeys(state, control, system.clock.now());
      return { authSecret, presignKey };
    },
    async settings(id) {
      const [vars, secrets, buckets, auth] = await Promise.all([
        localVars(control, system.clock).list(),
        unsealAll(state, control),
        localBuckets(control, paths.buckets, system.clock).list(),
        id === null ? null : deploymentAuth(control, id),
      ]);
      const values = Object.fromEntries(vars.map(({ key, value }) => [key, value]));
      return {
        vars: values,
        secrets,
        buckets: buckets.map(({ name }) => name),
        auth: authSettings(auth, values, secrets),
      };
    },
    files: (id) => deploymentFiles(paths.deployments, id),
    damaged: (id) => damagedCode(paths.deployments, id),
    active: () => readSetting<string>(control, ACTIVE_DEPLOYMENT),
    async activate(id) {
      const db = await control.write();
      const now = system.clock.now();
      await db.batch([
        setSetting(db, ACTIVE_DEPLOYMENT, id, now),
        db.update(deployments).set({ activatedAt: now }).where(eq(deployments.id, id)),
      ]);
    },
    keptPort: () => readSetting<number>(control, PORT),
    async keepPort(port) {
      if (await readSetting<number>(control, PORT) !== port) await set(PORT, port);
    },
    version: () => configVersion(control),
    close: () => control.close(),
  };
}

function deploymentFiles(folder: string, id: string): DeploymentFiles {
  const root = join(folder, id);
  const manifest = JSON.parse(Deno.readTextFileSync(join(root, "manifest.json")));
  return {
    id,
    bundlePath: join(root, "bundle.js"),
    sourceMapPath: manifest.sourceMap ? join(root, "bundle.js.map") : null,
    assetsDir: manifest.assets === null ? null : join(root, "assets"),
    spaFallback: manifest.assets !== null,
  };
}
