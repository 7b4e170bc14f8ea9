import { desc, eq } from "drizzle-orm";
import type { AuthConfig } from "../../declare/auth_config.ts";
import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import type { Deployment, Deployments } from "../platform.ts";
import { readSetting } from "./control/settings.ts";
import type { Control } from "./control/store.ts";
import { deployments } from "./control/tables.ts";
import { storeDeployment } from "./deployment_store.ts";
import { localPaths } from "./paths.ts";

/** The setting with the id of what the server runs; written by the server after each switch. */
export const ACTIVE_DEPLOYMENT = "active_deployment";

/** Deployments on this machine: files below `deployments/`, a row each, and a server that runs one. */
export function localDeployments(system: System, project: Project, control: Control): Deployments {
  const list = async (): Promise<Deployment[]> => {
    const rows = await (await control.read())?.select().from(deployments).orderBy(
      desc(deployments.createdAt),
    ) ?? [];
    const active = await readSetting<string>(control, ACTIVE_DEPLOYMENT);
    return rows.map(({ id, createdAt, bundleBytes, digest, routes }) => ({
      id,
      createdAt,
      active: id === active,
      bundleBytes,
      digest,
      routes: routes as Deployment["routes"],
    }));
  };
  return {
    list,
    async deploy(content) {
      const auth = await readSetting<AuthConfig>(control, "auth_config");
      const { id, digest } = await storeDeployment(localPaths(project).deployments, content, auth);
      const db = await control.write();
      await db.insert(deployments).values({
        id,
        digest,
        bundleBytes: content.bundle.length,
        routes: content.routes,
        authConfig: auth,
        createdAt: system.clock.now(),
      }).onConflictDoNothing({ target: deployments.id });
      const { findServer } = await import("./server/client.ts");
      let server = await findServer(system, project);
      if (!server) {
        const { startDetached } = await import("./server/start_detached.ts");
        server = await startDetached(system, project, { host: null, port: null });
      }
      if (server.status.deploymentId === id) await server.reload();
      else await server.deploy(id);
      const deployment = (await list()).find((row) => row.id === id)!;
      return { deployment, url: server.status.url };
    },
  };
}

/** The auth config that a deployment was made with; null: none had been applied. */
export async function deploymentAuth(control: Control, id: string): Promise<AuthConfig | null> {
  const rows = await (await control.read())?.select({ auth: deployments.authConfig }).from(
    deployments,
  ).where(eq(deployments.id, id));
  return (rows?.[0]?.auth as AuthConfig | null | undefined) ?? null;
}
