import { desc, eq, inArray, sql } from "drizzle-orm";
import type { AuthConfig } from "../../declare/auth_config.ts";
import { Failure } from "../../failure.ts";
import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import type { Deployment, Deployments } from "../platform.ts";
import { readSetting } from "./control/settings.ts";
import type { Control } from "./control/store.ts";
import { deployments } from "./control/tables.ts";
import {
  damagedFiles,
  KEPT_DEPLOYMENTS,
  removeDeployments,
  storeDeployment,
} from "./deployment_store.ts";
import { localPaths } from "./paths.ts";

/** The setting with the id of what the server runs; written by the server after each switch. */
export const ACTIVE_DEPLOYMENT = "active_deployment";

/** Deployments on this machine: files below `deployments/`, a row each, and a server that runs one. */
export function localDeployments(system: System, project: Project, control: Control): Deployments {
  const folder = localPaths(project).deployments;
  const list = async (): Promise<Deployment[]> => {
    const rows = await (await control.read())?.select().from(deployments).orderBy(NEWEST_FIRST) ??
      [];
    const active = await readSetting<string>(control, ACTIVE_DEPLOYMENT);
    return rows.map(({ id, createdAt, activatedAt, bundleBytes, digest, migrations, routes }) => ({
      id,
      createdAt,
      active: id === active,
      activatedAt,
      bundleBytes,
      digest,
      migrations: migrations as string[] | null,
      routes: routes as Deployment["routes"],
    }));
  };
  const activate = async (id: string) => {
    const { runOnServer } = await import("./server/server_for.ts");
    const { url, switched } = await runOnServer(system, project, id);
    const all = await list();
    await prune(control, folder, all, system.clock.now());
    return { deployment: all.find((row) => row.id === id)!, url, switched };
  };
  return {
    list,
    async deploy(content) {
      const auth = await readSetting<AuthConfig>(control, "auth_config");
      const { id, digest } = await storeDeployment(folder, content, auth);
      const migrations = content.migrations ?? null;
      const db = await control.write();
      await db.insert(deployments).values({
        id,
        digest,
        bundleBytes: content.bundle.length,
        routes: content.routes,
        authConfig: auth,
        createdAt: system.clock.now(),
        migrations,
      }).onConflictDoUpdate({ target: deployments.id, set: { migrations } });
      return await activate(id);
    },
    async activate(id) {
      const damaged = await damagedFiles(folder, id, await deploymentAuth(control, id));
      if (damaged.length === 0) return await activate(id);
      throw new Failure("failed", "DEPLOYMENT_DAMAGED", `Deployment ${id} is damaged on disk`, {
        hint: "Check out the code that it was made of and run `edgespark deploy`",
        details: { deploymentId: id, files: damaged },
      });
    },
  };
}

const NEWEST_FIRST = desc(
  sql`coalesce(${deployments.activatedAt}, ${deployments.createdAt})`,
);

/** Keeps the newest, and always the active one. */
async function prune(
  control: Control,
  folder: string,
  newestFirst: Deployment[],
  now: number,
): Promise<void> {
  const gone = newestFirst.slice(KEPT_DEPLOYMENTS).filter(({ active }) => !active)
    .map(({ id }) => id);
  const kept = new Set(newestFirst.map(({ id }) => id).filter((id) => !gone.includes(id)));
  if (gone.length > 0) {
    await (await control.write()).delete(deployments).where(inArray(deployments.id, gone));
  }
  await removeDeployments(folder, { kept, gone }, now);
}

/** The auth config that a deployment was made with; null: none had been applied. */
export async function deploymentAuth(control: Control, id: string): Promise<AuthConfig | null> {
  const rows = await (await control.read())?.select({ auth: deployments.authConfig }).from(
    deployments,
  ).where(eq(deployments.id, id));
  return (rows?.[0]?.auth as AuthConfig | null | undefined) ?? null;
}
