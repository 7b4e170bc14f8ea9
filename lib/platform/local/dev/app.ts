import type { System } from "../../../ports/system.ts";
import type { ProjectConfig } from "../../../project/config.ts";
import type { AppSettings, FailedCode } from "../app/protocol.ts";
import { databaseFiles } from "../paths.ts";
import { AppEnded, AppSilent, type AppSinks } from "../server/app_child.ts";
import { AppKeeper } from "../server/app_keeper.ts";
import { AppRaiser } from "../server/app_raiser.ts";
import { type ControlServer, listenControl } from "../server/control_server.ts";
import { controlAddress } from "../server/control_address.ts";
import { DevEnvironment } from "./environment.ts";
import type { AppSpec } from "../server/spawn_app.ts";
import type { DevPaths } from "./paths.ts";

/** Time for the app to load new code, ms. */
const SWITCH_TIMEOUT = 30_000;
/** How long a push waits for requests that run, ms. */
const PAUSE = 2_000;
/** How long requests of a process that was replaced may go on, ms. */
const DRAIN = 10_000;
/** Code that a process has loaded stays in its memory: with more than this it is replaced, bytes. */
const LOADED_LIMIT = 24 * 1024 * 1024;

/** Why new code does not run. */
export class NotLoaded extends Error {
  /** @param code why, when the app's process says it */
  constructor(
    reason: string,
    readonly trace: string | null,
    readonly code: FailedCode | null = null,
  ) {
    super(reason);
  }
}

/** A process beside the app's. */
export interface Aside {
  port: number;
  end(): Promise<void>;
}

/** The app of `dev`: one process at a time answers, behind an address that may change. */
export class DevApp {
  /** Where the app listens, on loopback; null while no process is up. */
  port: number | null = null;
  #control: ControlServer | null = null;
  readonly #raiser: AppRaiser;
  readonly #raisers: Set<AppRaiser>;
  #keeper: AppKeeper | null = null;
  #loaded = 0;
  /** From then on a restart of the process that was replaced changes nothing. */
  #retire: (() => void) | null = null;
  #up = Promise.withResolvers<void>();

  constructor(
    readonly system: System,
    public config: ProjectConfig,
    readonly paths: DevPaths,
    readonly environment: DevEnvironment,
    readonly sinks: AppSinks,
    readonly tell: (level: "system" | "error", message: string) => void,
  ) {
    this.#raiser = new AppRaiser(system, paths, sinks, tell);
    this.#raiser.environment = environment;
    this.#raisers = new Set([this.#raiser]);
  }

  /** Begins to start a process, so that it loads its program while the rest is made ready. */
  async prepare(): Promise<void> {
    this.#control = await listenControl(await controlAddress(this.system, this.paths), {
      answer: () => Promise.reject(new Error("`dev` takes no orders")),
      app: (token, connection) =>
        [...this.#raisers].some((raiser) => raiser.attach(token, connection)),
    });
    await this.#raiser.prepare(await this.#spec());
  }

  /** Brings it up. @throws AppEnded, AppSilent, Error with the app's reason */
  async start(): Promise<void> {
    await this.#raise();
  }

  /** Resolves when a process answers. */
  get up(): Promise<void> {
    return this.#up.promise;
  }

  /** Runs new code or settings. @throws NotLoaded; then the old code goes on */
  async switch(id: string, bytes: number, settings: AppSettings): Promise<void> {
    const deployment = this.environment.files(id);
    const answer = await this.#keeper!.ask(
      { type: "deploy", deployment, settings },
      SWITCH_TIMEOUT,
    ).catch((error) => {
      if (!(error instanceof AppEnded || error instanceof AppSilent)) throw error;
      throw new NotLoaded(`The app process ${error.message}`, null);
    });
    if (answer.type === "failed") throw new NotLoaded(answer.reason, answer.stack, answer.code);
    await this.environment.activate(id);
    this.environment.current = settings;
    this.#raiser.running = id;
    this.#loaded += bytes;
    if (this.#loaded > LOADED_LIMIT) await this.renew();
  }

  /** Lets requests wait while `work` changes what they would see. */
  async paused<T>(work: () => Promise<T>): Promise<T> {
    const keeper = this.#keeper!;
    await keeper.ask({ type: "pause", timeout: PAUSE }, PAUSE + 1_000).catch(() => {});
    try {
      return await work();
    } finally {
      await keeper.tell({ type: "resume" }).catch(() => {});
    }
  }

  /** Puts a new process in the place of the one that runs; no request is lost. */
  async renew(): Promise<void> {
    const old = this.#keeper;
    await this.#raise();
    if (!old) return;
    old.stop(DRAIN).catch(() => {});
  }

  /**
   * Runs a build in one more process, with the permissions of the app. The caller ends it.
   *
   * @param own where `dev` answers, which a narrow `allow_net` must not hide from it
   * @throws NotLoaded
   */
  async runAside(id: string, own: string): Promise<Aside> {
    const { environment } = this;
    const raiser = new AppRaiser(this.system, this.paths, this.sinks, this.tell);
    raiser.environment = new DevEnvironment(this.system, this.paths, environment.current);
    this.#raisers.add(raiser);
    const end = async () => {
      await raiser.end();
      this.#raisers.delete(raiser);
    };
    try {
      const spec = await this.#spec();
      const allowNet = spec.allowNet && [...spec.allowNet, own];
      const { child, answer } = await raiser.raise({ ...spec, allowNet });
      if (answer.type === "failed") throw new NotLoaded(answer.reason, null);
      const deployment = environment.files(id);
      const settings = environment.current;
      const loaded = await child.ask({ type: "deploy", deployment, settings }, SWITCH_TIMEOUT);
      if (loaded.type === "failed") throw new NotLoaded(loaded.reason, loaded.stack);
      return { port: answer.port, end };
    } catch (error) {
      await end();
      if (!(error instanceof AppEnded || error instanceof AppSilent)) throw error;
      throw new NotLoaded(`The process ${error.message}`, null);
    }
  }

  async stop(drain: number): Promise<void> {
    await this.#keeper?.stop(drain);
    // Of processes that were replaced, those whose requests have not ended are ended too.
    for (const raiser of this.#raisers) await raiser.end();
    this.#control?.close();
  }

  async #raise(): Promise<void> {
    const spec = await this.#spec();
    let current = true;
    const keeper: AppKeeper = new AppKeeper({
      raise: async () => {
        // Called again when the process has ended.
        if (this.#keeper === keeper) this.#down();
        const raised = await this.#raiser.raise(spec);
        if (raised.answer.type === "ready" && current) this.#answers(raised.answer.port);
        return raised;
      },
      tell: this.tell,
      clock: this.system.clock,
    });
    const answer = await keeper.start();
    if (answer.type === "failed") throw new Error(answer.reason);
    this.#retire?.();
    this.#retire = () => current = false;
    this.#keeper = keeper;
    this.#loaded = 0;
  }

  #answers(port: number): void {
    this.port = port;
    this.#up.resolve();
  }

  #down(): void {
    this.port = null;
    this.#up = Promise.withResolvers();
  }

  async #spec(): Promise<AppSpec> {
    const { config } = this;
    return {
      host: "127.0.0.1",
      port: 0,
      allowNet: config.allowNet,
      origins: config.allowOrigins,
      memoryMb: config.memoryMb,
      environment: "dev",
      data: [...databaseFiles(this.paths.data), this.paths.buckets],
      deployments: this.paths.deployments,
      socket: await controlAddress(this.system, this.paths),
    };
  }
}
