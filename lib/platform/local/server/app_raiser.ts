import type { System } from "../../../ports/system.ts";
import type { FromWorker, StartMessage } from "../app/protocol.ts";
import type { LocalPaths } from "../paths.ts";
import { type AppChild, AppEnded, type AppSinks } from "./app_child.ts";
import { appModules } from "./app_modules.ts";
import { type NetGrant, netGrant } from "./net_grant.ts";
import type { AppConnection } from "./control_server.ts";
import type { ServerEnvironment } from "./environment.ts";
import { type AppSpec, spawnApp } from "./spawn_app.ts";

/** Time for a Worker to load the program and the app and to listen, ms. */
const START_TIMEOUT = 30_000;

/** An app process and what it said to `start`. */
export interface Raised {
  child: AppChild;
  answer: Extract<FromWorker, { type: "ready" | "failed" }>;
}

/** Brings up the app processes of one server, each with what the environment holds at that moment. */
export class AppRaiser {
  /** What the app runs now; null: nothing. */
  running: string | null = null;
  /** The deployment that should run and does not load, and why; null: there is none such. */
  notLoaded: { id: string; reason: string } | null = null;
  /** The version of vars, secrets and buckets that the app was given. */
  version = 0;
  /** What the app processes are given; set before the first is raised. */
  environment!: ServerEnvironment;
  /** The processes that were started and have not ended, by their token. */
  readonly #children = new Map<string, AppChild>();
  /** Started before anything was known but its permissions. */
  #prepared: AppChild | null = null;

  constructor(
    readonly system: System,
    readonly paths: LocalPaths,
    readonly sinks: AppSinks,
    readonly tell: (level: "system" | "error", message: string) => void,
  ) {}

  /**
   * Starts the process for the first `raise`, so that it loads its program meanwhile. Where its
   * permissions name the port, which is not chosen yet, nothing is done.
   */
  async prepare(spec: AppSpec): Promise<void> {
    const net = await netGrant(spec.allowNet, spec, this.system.env);
    if (net.allow === true) this.#prepared = await this.#spawn(spec, net);
  }

  /** Ends every process that is left. */
  async end(): Promise<void> {
    for (const child of this.#children.values()) {
      child.kill();
      await child.ended;
    }
  }

  /** Connects a process that reports for work. False: it is none of ours. */
  attach(token: string, connection: AppConnection): boolean {
    const child = this.#children.get(token);
    child?.attach(connection).catch((error) => this.sinks.noise(`Line to the app: ${error}`));
    return child !== undefined;
  }

  /** One app process, up and listening. A deployment that does not load is left out, and said. */
  async raise(spec: AppSpec): Promise<Raised> {
    this.notLoaded = null;
    const active = await this.environment.active();
    if (active === null) return await this.#raiseWith(spec, null);
    const damaged = await this.environment.damaged(active);
    let reason = `${damaged.map((file) => `\`${file}\``).join(", ")} is not what was stored`;
    if (damaged.length === 0) {
      try {
        const raised = await this.#raiseWith(spec, active);
        const { answer } = raised;
        if (answer.type === "ready" || !answer.code.startsWith("BUNDLE_")) return raised;
        raised.child.kill();
        reason = answer.reason;
      } catch (error) {
        // It took the process down, by memory for example.
        if (!(error instanceof AppEnded)) throw error;
        reason = error.message;
      }
    }
    this.notLoaded = { id: active, reason };
    this.tell("error", `Deployment ${active} does not load: ${reason}`);
    return await this.#raiseWith(spec, null);
  }

  async #raiseWith(spec: AppSpec, id: string | null): Promise<Raised> {
    this.version = await this.environment.version();
    const net = await netGrant(spec.allowNet, spec, this.system.env);
    const message: StartMessage = {
      type: "start",
      host: spec.host,
      port: spec.port,
      dataFile: this.paths.data,
      bucketsDir: this.paths.buckets,
      modules: await appModules(this.system),
      environment: spec.environment,
      net: net.policy,
      origins: spec.origins ?? [],
      ...await this.environment.keys(),
      deployment: id === null ? null : this.environment.files(id),
      notLoaded: this.notLoaded !== null,
      settings: await this.environment.settings(id),
    };
    const child = this.#prepared ?? await this.#spawn(spec, net);
    this.#prepared = null;
    try {
      const answer = await child.ask(message, START_TIMEOUT);
      if (answer.type !== "ready" && answer.type !== "failed") {
        throw new Error(`Unexpected answer ${answer.type}`);
      }
      this.running = answer.type === "ready" ? id : null;
      return { child, answer };
    } catch (error) {
      child.kill();
      throw error;
    }
  }

  async #spawn(spec: AppSpec, net: NetGrant): Promise<AppChild> {
    const child = await spawnApp(this.system, spec, net, this.sinks);
    this.#children.set(child.token, child);
    child.ended.then(() => this.#children.delete(child.token));
    return child;
  }
}
