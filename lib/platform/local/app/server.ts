import { toFileUrl } from "@std/path";
import { installRuntime } from "../../../runtime/context.ts";
import { Background } from "../../../runtime/background.ts";
import { OpenRequests } from "../../../runtime/open_requests.ts";
import { internalError } from "../../../runtime/answers.ts";
import { createHandler } from "../../../runtime/handler.ts";
import type {
  Handler,
  LiveSettings,
  LoadedDeployment,
  RuntimeHost,
} from "../../../runtime/host.ts";
import { errorRecord, messageRecord } from "../../../runtime/log.ts";
import type { AuthSettings } from "../../../runtime/auth/settings.ts";
import { WORKER_BUILTINS } from "../../../bundle/builtins.ts";
import type { LogRecord } from "../../platform.ts";
import { databaseFiles } from "../paths.ts";
import { confine, type Confinement } from "./confinement.ts";
import { captureConsole, captureProcessOutput } from "./console.ts";
import { LocalD1 } from "./d1.ts";
import { RequestGate } from "./gate.ts";
import { listen } from "./listen.ts";
import { loadDeployment, WorkerFailure } from "./loader.ts";
import { LogPipe } from "./log_pipe.ts";
import { createDiskStore } from "./objects.ts";
import type {
  ConfigMessage,
  DeploymentFiles,
  DeployMessage,
  FromWorker,
  StartMessage,
} from "./protocol.ts";
import { StackMaps } from "./stack_maps.ts";
import { installStreams } from "./streams.ts";
import { installWebSockets } from "./web_socket_response.ts";
import { WebSockets } from "./web_sockets.ts";

/** How many damaged files one record names. */
const SHOWN = 5;

/** Speaks to the app process. */
type Post = (message: FromWorker, transfer?: Transferable[]) => void;

/** The app's server inside the Worker: one listener for its whole life, the code behind it changes. */
export class AppServer {
  readonly gate = new RequestGate();
  readonly background = new Background();
  readonly #sockets = new WebSockets();
  readonly #start: StartMessage;
  readonly #post: Post;
  readonly #stacks = new StackMaps();
  readonly #log: LogPipe;
  readonly #requests: OpenRequests;
  #live: LiveSettings;
  #databases: LocalD1[] = [];
  #host: RuntimeHost | null = null;
  #confinement: Confinement | null = null;
  #handler: Handler | null = null;
  #server: Deno.HttpServer<Deno.NetAddr> | null = null;

  constructor(start: StartMessage, post: Post) {
    this.#start = start;
    this.#post = post;
    this.#log = new LogPipe(
      start.settings.secrets,
      this.#stacks,
      (lines, records) => post({ type: "log", lines, records }, [lines.buffer]),
    );
    this.#requests = new OpenRequests(this.#log.sink);
    this.#live = start.settings;
  }

  /** @throws WorkerFailure */
  async start(): Promise<void> {
    installRuntime();
    installWebSockets();
    installStreams();
    captureConsole(this.#log.sink);
    captureProcessOutput(this.#log.sink);
    this.#catchStrays();
    this.#host = this.#createHost();
    giveUpDatabase(this.#start.dataFile);
    this.#confinement = confine(this.#start, WORKER_BUILTINS);
    const { deployment, notLoaded, settings } = this.#start;
    const loaded = deployment && await this.#load(deployment, settings.auth);
    this.#handler = createHandler(this.#host, loaded, notLoaded);
    this.#server = listen(
      this.#start,
      (request, info) =>
        this.gate.run(
          () => this.#handler!(request, info.remoteAddr.hostname),
          (response) => this.#sockets.answer(request, response),
        ),
      (error) => this.#unanswered(error),
    );
    const { hostname, port } = this.#server.addr;
    this.#post({ type: "ready", hostname, port });
  }

  /** @throws WorkerFailure; then the old code goes on. */
  async deploy(message: DeployMessage): Promise<void> {
    if (!this.#host) throw new WorkerFailure("BUNDLE_FAILED", "The server has not started");
    const loaded = await this.#load(message.deployment, message.settings.auth);
    this.#configure(message.settings);
    this.#handler = createHandler(this.#host, loaded);
    this.#post({ type: "switched", id: loaded.id });
  }

  configure(message: ConfigMessage): void {
    this.#configure(message);
    this.#post({ type: "configured" });
  }

  /** Ends gracefully, or after `timeout` ms. */
  async stop(timeout: number): Promise<void> {
    this.gate.resume();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const expired = new Promise<void>((resolve) => timer = setTimeout(resolve, timeout));
    let sent = false;
    const drained = Promise.all([this.#sockets.closeAll(), this.#server?.shutdown()])
      .then(() => {
        sent = true;
        return this.background.drained();
      });
    await Promise.race([drained, expired]);
    clearTimeout(timer);
    const cutOff = {
      requests: this.#requests.cutOff(),
      // A handler whose client is gone holds the listener up as well.
      sending: !sent && this.gate.inFlight === 0,
      background: this.background.size,
    };
    this.#log.flush();
    this.#post({ type: "stopped", cutOff });
    for (const database of this.#databases) database.close();
  }

  #load(files: DeploymentFiles, auth: AuthSettings): Promise<LoadedDeployment> {
    return loadDeployment(
      files,
      auth,
      this.#stacks,
      (url, code) => this.#confinement?.admit(url, code),
      async () =>
        (await this.#own<typeof import("../../../runtime/drizzle.ts")>("drizzle")).connect,
    );
  }

  /** Loads a module of ours. */
  async #own<T>(name: keyof StartMessage["modules"]): Promise<T> {
    const { href } = toFileUrl(this.#start.modules[name]);
    this.#confinement?.allowOwn(href);
    return await import(href);
  }

  #createHost(): RuntimeHost {
    const { dataFile, bucketsDir, environment, origins, authSecret, presignKey } = this.#start;
    try {
      this.#databases = [
        new LocalD1(dataFile, { wall: true }),
        new LocalD1(dataFile, { wall: false }),
      ];
    } catch (error) {
      throw new WorkerFailure(
        "DATABASE_FAILED",
        error instanceof Error ? error.message : String(error),
      );
    }
    const [db, systemDb] = this.#databases as [LocalD1, LocalD1];
    return {
      db,
      systemDb,
      objects: createDiskStore(
        bucketsDir,
        (bucket, files) => this.#log.sink(damageRecord(bucket, files)),
      ),
      environment,
      origins,
      authSecret,
      authService: () => this.#own("auth"),
      presignKey,
      background: this.background,
      open: this.#requests,
      log: this.#log.sink,
      live: () => this.#live,
    };
  }

  #configure({ vars, secrets, buckets }: Partial<LiveSettings>): void {
    const old = this.#live;
    this.#live = {
      vars: vars ?? old.vars,
      secrets: secrets ?? old.secrets,
      buckets: buckets ?? old.buckets,
    };
    this.#log.learn(this.#live.secrets);
  }

  #unanswered(error: unknown): Response {
    this.#log.sink(errorRecord("The request failed", error));
    return internalError();
  }

  /** What nobody awaited must not end the Worker. */
  #catchStrays(): void {
    globalThis.addEventListener("unhandledrejection", (event) => {
      event.preventDefault();
      this.#log.sink(errorRecord("A promise was rejected and nobody handled it", event.reason));
    });
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      this.#log.sink(
        event.error
          ? errorRecord("An error was thrown and nobody caught it", event.error)
          : messageRecord("error", event.message),
      );
    });
  }
}

/** Lists leave these files out; nothing removes them. */
function damageRecord(bucket: string, files: string[]): LogRecord {
  return messageRecord(
    "warn",
    `OBJECTS_DAMAGED: ${files.length} in the bucket \`${bucket}\` cannot be read and are in no list: ` +
      `${files.slice(0, SHOWN).join(", ")}${files.length > SHOWN ? ", ..." : ""}`,
  );
}

/** What is open stays open: no code of an app opens the database past the guard and the wall. */
function giveUpDatabase(file: string): void {
  for (const path of databaseFiles(file)) {
    for (const name of ["read", "write"] as const) Deno.permissions.revokeSync({ name, path });
  }
}
