import { dirname, join } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { prepareState } from "../../../project/lock.ts";
import type { Project } from "../../../project/project.ts";
import type { ServeOptions } from "../../server.ts";
import { localPaths } from "../paths.ts";
import { stateFolder } from "../../../state_folder.ts";
import { findServer, type ServerClient, serverLives } from "./client.ts";
import { fromWire } from "./control_protocol.ts";
import { folderOf } from "./control_line.ts";
import { appModules, appWorker } from "./app_modules.ts";
import { inheritedEnv } from "./inherited_env.ts";
import { hostsToResolve } from "./net_grant.ts";
import { bracketed } from "./server_file.ts";
import { controlAddress } from "./control_address.ts";

/** How long a server may take until it answers, ms. */
const START_TIMEOUT = 40_000;
const POLL = 15;
/** Variables of this program itself that its server needs. */
const OWN = [
  ...["EDGESPARK_STATE_DIR", "EDGESPARK_CACHE_DIR", "EDGESPARK_PLATFORM", "EDGESPARK_CONTROL"],
  "XDG_STATE_HOME",
];

/**
 * Starts the project's server in a session of its own, with nothing of this process's terminal or
 * pipes, and waits until it answers. Two at once end with one server, which both find.
 *
 * @throws Failure PORT_TAKEN (conflict), SERVER_START_FAILED, and what else kept it from starting.
 */
export async function startDetached(
  system: System,
  project: Project,
  options: ServeOptions,
): Promise<ServerClient> {
  await prepareState(system, project);
  const answer = join(project.state, "tmp", `server-${crypto.randomUUID()}.json`);
  let ended: number | null = null;
  const launch = async () => {
    ended = null;
    const child = await spawnServer(system, project, options, answer);
    child.status.then((status) => ended = status.code);
    child.unref();
  };
  try {
    await launch();
    for (const deadline = system.clock.now() + START_TIMEOUT; system.clock.now() < deadline;) {
      const server = await findServer(system, project);
      if (server && !server.status.stopping) return server;
      if (ended !== null) {
        await refuse(system, answer, ended);
        // Another one was there first; should it have gone meanwhile, this one is wanted after all.
        if (!await serverLives(system, localPaths(project))) await launch();
      }
      await system.clock.sleep(POLL);
    }
  } finally {
    await system.files.remove(answer);
  }
  throw startFailed("it does not answer");
}

async function spawnServer(
  system: System,
  project: Project,
  options: ServeOptions,
  answer: string,
): Promise<Deno.ChildProcess> {
  const paths = localPaths(project);
  const socket = await controlAddress(system, paths);
  const code = [await appWorker(system), ...Object.values(await appModules(system))];
  const state = stateFolder(system.env);
  const isSocket = folderOf(socket) === null;
  const own = [
    project.state,
    ...(isSocket ? [dirname(socket)] : []),
    ...(state ? [state] : []),
  ];
  const args = [project.root, "--answer", answer];
  if (options.host !== null) args.push("--host", options.host);
  if (options.port !== null) args.push("--port", String(options.port));
  const { program, args: line, env } = system.reentry.command("server", {
    read: [...own, project.configFile, ...code.map((file) => dirname(file))],
    write: own,
    net: [
      bracketed(options.host ?? "127.0.0.1"),
      ...(isSocket ? [`unix:${socket}`] : []),
      ...hostsToResolve(project.config.allowNet, system.env),
    ],
    run: [system.reentry.command("app", {}, []).program],
    env: true,
    sys: true,
  }, args);
  return new Deno.Command(program, {
    args: line,
    env: { ...inheritedEnv(system.env, OWN), ...env },
    clearEnv: true,
    cwd: project.root,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    detached: true,
  }).spawn();
}

async function refuse(system: System, answer: string, code: number): Promise<void> {
  const bytes = await system.files.read(answer);
  if (!bytes) throw startFailed(`it ended with code ${code}`);
  const failure = fromWire(JSON.parse(new TextDecoder().decode(bytes)));
  if (failure.code !== "SERVER_RUNNING") throw failure;
}

function startFailed(reason: string): Failure {
  return new Failure(
    "failed",
    "SERVER_START_FAILED",
    `The local server does not start: ${reason}`,
    {
      hint: "Run `edgespark serve` to see why; `.edgespark/local/server.log` may say more",
    },
  );
}
