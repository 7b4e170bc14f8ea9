import { join } from "@std/path";
import { bundleEntry } from "../../../bundle/app_bundle.ts";
import { CONNECT_MODULE } from "../../../bundle/connect.ts";
import { realProject } from "../../../bundle/real_project.ts";
import { Failure } from "../../../failure.ts";
import { sha256 } from "../../../hex.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import { SEED_TOKEN, type SeedAnswer } from "../../../runtime/seed/seed_app.ts";
import { type DevEvent, type DevProblem, problemOf } from "../../dev.ts";
import { StackMaps } from "../app/stack_maps.ts";
import { type DevApp, NotLoaded } from "./app.ts";
import type { DevBuilds } from "./builds.ts";
import type { DevDatabase } from "./dev_database.ts";
import { loadProblem } from "./load_problem.ts";

/** The note of the last seed that went well. */
const NOTE = "seed";

/** What a run of the seed needs. */
export interface SeedWorld {
  system: System;
  project: Project;
  app: DevApp;
  builds: DevBuilds;
  database: DevDatabase;
  /** Where `dev` answers. */
  origin: string;
}

/**
 * Runs `server/dev/seed.ts` when this database has not seen it as it is now (contract section 4.3), in a
 * process with the app's own permissions. What goes wrong is told and ends nothing; the seed then runs
 * again at the next start or change.
 *
 * @returns null when there is nothing to run
 */
export async function runSeed(
  world: SeedWorld,
): Promise<Extract<DevEvent, { event: "seed" }> | null> {
  const { system, project, database } = world;
  const folder = join(project.server, "dev");
  const bytes = await system.files.read(join(folder, "seed.ts"));
  if (!bytes) return null;
  const digest = await sha256(bytes);
  if (database.note(NOTE) === digest) return null;
  const inServer = project.config.serverPath;
  const file = inServer === "." ? "dev/seed.ts" : `${inServer}/dev/seed.ts`;
  const started = system.clock.now();
  const problem = await attempt(world, file);
  // After a failure nobody knows what was done: the next start tries again, whatever ran well before.
  database.setNote(NOTE, problem === null ? digest : "");
  return { event: "seed", file, ms: system.clock.now() - started, problem };
}

async function attempt(world: SeedWorld, file: string): Promise<DevProblem | null> {
  const { app, origin } = world;
  try {
    const { id, token, stacks } = await prepare(world, file);
    const aside = await app.runAside(id, new URL(origin).host);
    try {
      const answer = await ask(aside.port, origin, token, world.system.signal);
      if (answer.ok) return null;
      return loadProblem("SEED_FAILED", answer.message, stacks.stack(answer.stack), file);
    } finally {
      await aside.end();
    }
  } catch (error) {
    if (error instanceof Failure) return problemOf(error);
    if (error instanceof NotLoaded) {
      return loadProblem("SEED_FAILED", error.message, error.trace, file);
    }
    throw error;
  }
}

async function prepare({ system, project, app, builds }: SeedWorld, file: string) {
  const token = crypto.randomUUID();
  const real = await realProject(system, project);
  const bundle = await bundleEntry(system, real, {
    name: file,
    folder: join(real.server, "dev"),
    contents: [
      'import seed from "./seed";',
      'import * as defs from "../src/defs/index";',
      'import { db } from "edgespark";',
      `import { connect } from "${CONNECT_MODULE}";`,
      'import { seedApp } from "@edgespark/devkit";',
      "export const { drizzleSchema, buckets } = defs;",
      "export { connect };",
      "const open = (client) => connect(client, drizzleSchema ?? {});",
      `export default seedApp(seed, open, () => db.$client, ${JSON.stringify(token)});`,
    ].join("\n"),
    modules: { "@edgespark/devkit": await system.assets.text("seed_runtime.js") },
  }, "development");
  const id = await builds.add(bundle);
  const stacks = new StackMaps();
  stacks.add(id, app.environment.files(id).sourceMapPath);
  return { id, token, stacks };
}

async function ask(
  port: number,
  origin: string,
  token: string,
  signal: AbortSignal,
): Promise<SeedAnswer> {
  const response = await fetch(`http://127.0.0.1:${port}/api/webhooks/seed`, {
    method: "POST",
    headers: { [SEED_TOKEN]: token },
    body: JSON.stringify({ origin }),
    signal,
  }).catch((error) => {
    throw new NotLoaded(`The process that ran it ended: ${error.message}`, null);
  });
  if (!response.ok) throw new NotLoaded(`It was answered with ${response.status}`, null);
  return await response.json();
}
