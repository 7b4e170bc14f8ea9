import type { System } from "../../../ports/system.ts";
import type { StartMessage } from "../app/protocol.ts";

/** The code of the app Worker: an absolute path. */
export function appWorker(system: System): Promise<string> {
  return system.assets.file("app_worker.js");
}

/** What the app Worker loads when it is needed: absolute paths. */
export async function appModules(system: System): Promise<StartMessage["modules"]> {
  const [auth, drizzle] = await Promise.all(
    ["auth_service.js", "drizzle.js"].map((name) => system.assets.file(name)),
  );
  return { auth: auth!, drizzle: drizzle! };
}
