import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import { VERSION } from "../../../version.ts";
import type { CutOff } from "../../cut_off.ts";
import type { ServeOptions } from "../../server.ts";
import { LogWriter } from "../log_writer.ts";
import { lastMessage } from "../segment_reader.ts";
import { databaseFiles, localPaths } from "../paths.ts";
import { AppEnded, AppSilent } from "./app_child.ts";
import { AppKeeper } from "./app_keeper.ts";
import { AppRaiser } from "./app_raiser.ts";
import { isFree, portsToTry, portTaken } from "./choose_port.ts";
import type { ControlRequest, ServerStatus } from "./control_protocol.ts";
import { type ControlServer, listenControl } from "./control_server.ts";
import type { ServerEnvironment } from "./environment.ts";
import { type ServerInfo, serverUrl, writeServerFile } from "./server_file.ts";
import { deployFailed, startFailed } from "./server_failures.ts";
import { ServerLog } from "./server_log.ts";
import type { AppSpec } from "./spawn_app.ts";
import { StandIn } from "./stand_in.ts";
import { isStopped, stoppedMessage } from "./stopped.ts";
import { controlAddress } from "./control_address.ts";

/** Time for the app to load a new bundle, ms. */
const SWITCH_TIMEOUT = 30_000;
/** How often vars, secrets and buckets are compared, ms. */
const WATCH = 400;

/** The parts of one running server, tied together. */
export class LocalServer {
  readonly asked = Promise.withResolvers<void>();
  readonly #paths;
  readonly #words: ServerLog;
  #environment!: ServerEnvironment;
  #log: LogWriter | null = null;
  #control: ControlServer | null = null;
  #keeper: AppKeeper | null = null;
  #watch: ReturnType<typeof setInterval> | undefined;
  #info!: ServerInfo;
  readonly #raiser: AppRaiser;
  #stopping = false;
  /** One change at a time. */
  #queue: Promise<unknown> = Promise.resolve();

  /** @param options `detached`: nobody's terminal shows it. */
  constructor(
    readonly system: System,
    readonly project: Project,
    readonly options: ServeOptions & { detached: boolean },
  ) {
    this.#paths = localPaths(project);
    this.#words = new ServerLog(this.#paths.serverLog);
    this.#raiser = new AppRaiser(
      system,
      this.#paths,
      {
        log: (lines) => this.#log?.append(lines),
        noise: (text) => this.#words.write(text),
      },
      (level, message) => this.#tell(level, message),
    );
  }

  /** Begins to start the app's process, which loads its program while this one gets ready. */
  async prepare(): Promise<void> {
    const socket = await controlAddress(this.system, this.#paths);
    await this.#raiser.prepare(this.#spec(this.#host, this.options.port ?? 0, socket));
  }

  async start(): Promise<ServerInfo> {
    const { system, project } = this;
    const host = this.#host;
    const socket = await controlAddress(system, this.#paths);
    this.#control = await listenControl(socket, {
      answer: (request) => this.#answer(request),
      app: (token, connection) => this.#raiser.attach(token, connection),
    });
    const { openEnvironment } = await import("./environment.ts");
    this.#environment = this.#raiser.environment = openEnvironment(system, project);
    await this.#environment.prepare();
    const last = lastMessage(this.#paths.logs);
    this.#log = new LogWriter(this.#paths.logs);
    if (last !== null && !isStopped(last)) {
      this.#tell(
        "error",
        "The server before this one was ended from outside; its last log lines may be missing",
      );
    }
    const port = await this.#listen(host, socket);
    this.#info = {
      pid: system.env.pid,
      host,
      port,
      url: serverUrl(host, port),
      socket,
      startedAt: new Date(system.clock.now()).toISOString(),
      version: VERSION,
    };
    if (this.options.port === null) await this.#environment.keepPort(port);
    await writeServerFile(system, this.#paths, this.#info);
    this.#tell("system", `Server started at ${this.#info.url}`);
    this.#watch = setInterval(() => this.#look(), WATCH);
    return this.#info;
  }

  /** Waits for an order that is being carried out and lets the app finish, at most `drain` ms in all. */
  async stop(drain: number): Promise<CutOff | null> {
    this.#stopping = true;
    clearInterval(this.#watch);
    const begun = this.system.clock.now();
    await atMost(drain, this.#queue);
    const left = Math.max(0, drain - (this.system.clock.now() - begun));
    const cutOff = await this.#keeper?.stop(left) ?? null;
    await this.#raiser.end();
    this.#control?.close();
    this.#environment?.close();
    if (this.#info) {
      this.#tell("system", stoppedMessage(cutOff));
      await this.system.files.remove(this.#paths.serverFile);
    }
    this.#log?.close();
    return cutOff;
  }

  get #host(): string {
    return this.options.host ?? "127.0.0.1";
  }

  /** Brings the app up on the first port that it gets. */
  async #listen(host: string, socket: string): Promise<number> {
    const explicit = this.options.port;
    for (const port of portsToTry(explicit, await this.#environment.keptPort())) {
      if (!isFree(host, port)) continue;
      const spec = this.#spec(host, port, socket);
      this.#keeper = new AppKeeper({
        raise: () => this.#raiser.raise(spec),
        standIn: new StandIn(host, port),
        tell: (level, message) => this.#tell(level, message),
        clock: this.system.clock,
      });
      const answer = await this.#keeper.start().catch((cause) => {
        const died = cause instanceof AppEnded || cause instanceof AppSilent;
        throw died ? startFailed(`the app process ${cause.message}`) : cause;
      });
      if (answer.type === "ready") return answer.port;
      if (answer.code !== "PORT_TAKEN") throw startFailed(answer.reason);
    }
    throw explicit === null
      ? startFailed("no port from 7775 on is free")
      : portTaken(host, explicit);
  }

  #spec(host: string, port: number, socket: string): AppSpec {
    return {
      host,
      port,
      allowNet: this.project.config.allowNet,
      origins: this.project.config.allowOrigins,
      memoryMb: this.project.config.memoryMb,
      environment: "production",
      data: [...databaseFiles(this.#paths.data), this.#paths.buckets],
      deployments: this.#paths.deployments,
      socket,
    };
  }

  #answer(request: Exclude<ControlRequest, { op: "app" }>): Promise<unknown> {
    if (this.#stopping && request.op !== "status" && request.op !== "stop") {
      return Promise.reject(
        new Failure("conflict", "SERVER_STOPPING", "The local server is stopping", {
          hint: "Run the command again in a moment",
        }),
      );
    }
    switch (request.op) {
      case "status":
        return Promise.resolve(this.#status());
      case "deploy":
        return this.#enqueue(() => this.#deploy(request.id));
      case "reload":
        return this.#enqueue(() => this.#reload(true));
      case "pause":
        return this.#enqueue(() =>
          this.#keeper!.ask({ type: "pause", timeout: request.timeout }, request.timeout + 1_000)
        );
      case "resume":
        return this.#enqueue(() => this.#keeper!.tell({ type: "resume" }));
      case "stop":
        this.asked.resolve();
        return Promise.resolve();
    }
  }

  #status(): ServerStatus {
    const app = {
      pid: this.#keeper!.pid,
      state: this.#keeper!.state,
      restarts: this.#keeper!.restarts,
    };
    const { pid, url, host, port, startedAt, version } = this.#info;
    return {
      ...{ pid, url, host, port, startedAt, version },
      detached: this.options.detached,
      stopping: this.#stopping,
      deploymentId: this.#raiser.running,
      notLoaded: this.#raiser.notLoaded,
      app,
    };
  }

  async #deploy(id: string): Promise<void> {
    const deployment = this.#environment.files(id);
    const settings = await this.#environment.settings(id);
    const answer = await this.#keeper!.ask({ type: "deploy", deployment, settings }, SWITCH_TIMEOUT)
      .catch((cause) => {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw deployFailed(id, reason, { ended: cause instanceof AppEnded });
      });
    if (answer.type === "failed") throw deployFailed(id, answer.reason, { stack: answer.stack });
    await this.#environment.activate(id);
    this.#raiser.running = id;
    this.#raiser.notLoaded = null;
    this.#tell("system", `Deployment ${id} is active`);
  }

  /** Follows what commands change; ends when the project's folder was removed. */
  async #look(): Promise<void> {
    if (await this.system.files.info(this.#paths.serverFile) === null) this.asked.resolve();
    else {await this.#enqueue(() => this.#reload(false)).catch((error) =>
        this.#words.write(`Reload: ${error}`)
      );}
  }

  /** Hands changed vars, secrets and buckets to the app. */
  async #reload(always: boolean): Promise<void> {
    if (this.#keeper?.state !== "running") return;
    const version = await this.#environment.version();
    if (version === this.#raiser.version && !always) return;
    const { vars, secrets, buckets } = await this.#environment.settings(this.#raiser.running);
    await this.#keeper.ask({ type: "config", vars, secrets, buckets }, 5_000);
    this.#raiser.version = version;
  }

  #enqueue<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work);
    this.#queue = result.catch(() => {});
    return result;
  }

  #tell(level: "system" | "error", message: string): void {
    this.#words.write(message);
    this.#log?.record({
      time: new Date(this.system.clock.now()).toISOString(),
      level,
      requestId: null,
      message,
    });
  }
}

/** Waits for something, but no longer than `ms`. */
async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([work, new Promise((resolve) => timer = setTimeout(resolve, ms))]);
  clearTimeout(timer);
}
