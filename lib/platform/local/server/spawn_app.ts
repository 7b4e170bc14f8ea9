import type { System } from "../../../ports/system.ts";
import { AppChild, type AppSinks } from "./app_child.ts";
import { appModules, appWorker } from "./app_modules.ts";
import type { AppBoot } from "./app_process.ts";
import { folderOf } from "./control_line.ts";
import { FrameWriter, readFrames, streamSource } from "./frames.ts";
import { inheritedEnv } from "./inherited_env.ts";
import type { NetGrant } from "./net_grant.ts";

/** What the supervisor needs to start an app process. */
export interface AppSpec {
  /** Where the Worker will listen. */
  host: string;
  port: number;
  /** `[runtime] allow_net`; null: the default of the environment. */
  allowNet: string[] | null;
  /** `[runtime] allow_origins`. */
  origins?: string[];
  /** The JavaScript heap of the app, MiB; null: 512. The whole process may take 128 MiB more. */
  memoryMb: number | null;
  environment: "production" | "dev";
  /** `data.sqlite` and the files beside it, and the folder of the buckets: read and write. */
  data: string[];
  /** Read only. */
  deployments: string;
  /** The control address of its supervisor. */
  socket: string;
}

/** The app's JavaScript heap when the project does not say, MiB. */
const MEMORY = 512;
/** What the process may take besides the heap: the program, buffers, SQLite, MiB. */
const BESIDES = 128;

/**
 * Starts an app process whose Worker has its port, its data and what `net` grants, and nothing else.
 * The control socket is out of its reach, since a Unix socket needs its path to be readable.
 *
 * It is up when `ask({ type: "start" })` was answered by `ready`.
 */
export async function spawnApp(
  system: System,
  spec: AppSpec,
  net: NetGrant,
  sinks: AppSinks,
): Promise<AppChild> {
  const worker = await appWorker(system);
  const modules = Object.values(await appModules(system));
  const heap = spec.memoryMb ?? MEMORY;
  const token = crypto.randomUUID();
  // Without sockets the line is the process's own stdin and stdout.
  const socket = folderOf(spec.socket) === null ? [spec.socket] : [];
  const { program, args, env } = system.reentry.command(
    "app",
    {
      read: [worker, ...modules, ...spec.data, spec.deployments, ...socket],
      write: [...spec.data, ...socket],
      net: net.allow === true ? true : [...net.allow, ...socket.map((path) => `unix:${path}`)],
      denyNet: net.deny,
    },
    [],
    { heap, noEval: true },
  );
  const child = new Deno.Command(program, {
    args,
    env: { ...inheritedEnv(system.env), ...env },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const boot: AppBoot = {
    socket: socket[0] ?? null,
    token,
    worker,
    memory: (heap + BESIDES) * 1024 * 1024,
    permissions: {
      net: net.allow,
      read: [...spec.data, spec.deployments, ...modules],
      write: spec.data,
      env: false,
      run: false,
      ffi: false,
      sys: false,
      import: false,
    },
  };
  // Stdin stays open: its end tells the process that its supervisor is gone.
  const noise = boot.socket === null ? [child.stderr] : [child.stdout, child.stderr];
  const started = new AppChild(child, token, sinks, noise);
  const stdin = child.stdin.getWriter();
  const write = (bytes: Uint8Array) => stdin.write(bytes).then(() => bytes.length);
  const writer = new FrameWriter({ write });
  await writer.write({ kind: "json", value: boot }).catch(() => {});
  if (boot.socket === null) {
    const frames = readFrames(streamSource(child.stdout));
    started.attach({ frames, writer })
      .catch((error) => sinks.noise(`Line to the app: ${error}`));
  }
  return started;
}
