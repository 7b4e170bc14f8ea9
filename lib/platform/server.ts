import type { CutOff } from "./cut_off.ts";

/** How a server is to be started. */
export interface ServeOptions {
  /** The address to listen on; null: 127.0.0.1. */
  host: string | null;
  /** Null: the one that the project had last, else 7775 or the next free one. */
  port: number | null;
}

/** What `status` says. The names are a contract with scripts. */
export interface AppServerStatus {
  running: boolean;
  url: string | null;
  pid: number | null;
  /** What it runs; null: nothing is deployed, or it does not load. */
  deploymentId: string | null;
  /** The deployment that should run and does not load, and why. */
  notLoaded: { id: string; reason: string } | null;
  startedAt: string | null;
  /** Answers 200 without a sign-in while the app's server is up. */
  healthUrl: string | null;
  /** It lets requests finish and will be gone. */
  stopping: boolean;
  /** Of the program that runs it; absent while none runs. */
  version?: string;
  /** The process that runs the app, and how often it was started again. */
  app: { pid: number | null; state: string; restarts: number } | null;
}

/** The process on this machine that runs the app; only a provider that has one offers it. */
export interface AppServer {
  /** How long it lets requests and background work finish when it is to stop, ms. */
  readonly drain: number;
  status(): Promise<AppServerStatus>;
  /**
   * Runs it in this process until the system's signal or a `stop` from elsewhere; says what its end cut
   * off (null: nobody said).
   *
   * @throws Failure SERVER_RUNNING, PORT_TAKEN (conflict), LISTEN_FAILED (usage)
   */
  run(options: ServeOptions, onReady: (status: AppServerStatus) => void): Promise<CutOff | null>;
  /** Starts it in the background; one that already runs is said by SERVER_RUNNING. Resolves when it answers. */
  start(options: ServeOptions): Promise<AppServerStatus>;
  /** Stops it and waits until it is gone. `stopped` false: none was running. */
  stop(): Promise<{ stopped: boolean; cutOff: CutOff | null }>;
}
