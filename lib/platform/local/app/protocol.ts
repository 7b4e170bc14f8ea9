import type { AuthSettings } from "../../../runtime/auth/settings.ts";
import type { CutOff } from "../../cut_off.ts";
import type { NetPolicy } from "./net_policy.ts";

/**
 * What the app process and the app Worker (`worker.ts`, asset `app_worker.js`) say to each other by
 * `postMessage`. The Worker listens itself; the app process only starts it, feeds it and watches it.
 *
 * Order: one `start`, answered by `ready` or `failed`; afterwards any of the others. `deploy` is
 * answered by `switched` or `failed`, in order; `config` by `configured`, `pause` by `paused`,
 * `ping` by `pong`, `stop` by `stopped`. `log` comes at any time.
 *
 * Before `start`, the sender has created the system tables in `dataFile` (`AppDatabase.ensureSystem`)
 * and the folder `bucketsDir`. The Worker needs, with absolute paths: `net` its port and what the app
 * may call; `read` and `write` the data file itself (SQLite opens the files beside it without asking;
 * the folder holds `control.sqlite` and must not be granted) and `bucketsDir`; `read` the deployments
 * folder and those modules. Nothing else: `env`, `run`, `ffi`, `sys` and `import` are false.
 */
export type ToWorker =
  | StartMessage
  | DeployMessage
  | ConfigMessage
  | { type: "ping"; id: number }
  /** New requests wait from here on; answered when none is in flight any more, or after `timeout` ms. */
  | { type: "pause"; timeout: number }
  | { type: "resume" }
  /** No new connections; in-flight requests and background work may take up to `timeout` ms. */
  | { type: "stop"; timeout: number };

/** Everything that stays the same as long as the Worker lives, and the first deployment. */
export interface StartMessage {
  type: "start";
  /** The address to listen on, such as "127.0.0.1". */
  host: string;
  /** 0 lets the system choose; the answer is in `ready`. */
  port: number;
  /**
   * What the app may call besides the public internet; null: the Worker's permissions alone say it
   * (`allow_net` without "*"); absent: the rule for production, nothing.
   */
  net?: NetPolicy | null;
  /** `data.sqlite`. */
  dataFile: string;
  /** The folder with one folder per bucket. */
  bucketsDir: string;
  environment: "production" | "dev";
  /** Files of ours that are loaded when they are needed: assets `auth_service.js`, `drizzle.js`. */
  modules: { auth: string; drizzle: string };
  /** Origins that may call the auth service besides the app's own, such as "https://app.example". */
  origins: string[];
  /** Signs session cookies; at least 32 random characters, kept by the supervisor. */
  authSecret: string;
  /** Signs presigned storage URLs; at least 32 random characters, kept by the supervisor. */
  presignKey: string;
  /** Null: nothing is deployed yet; `/api` answers 503 until the first `deploy`. */
  deployment: DeploymentFiles | null;
  /** `deployment` is null because the one that should run does not load. */
  notLoaded?: boolean;
  settings: AppSettings;
}

/** Swaps the app's code without closing the listener. In-flight requests end on the old code. */
export interface DeployMessage {
  type: "deploy";
  deployment: DeploymentFiles;
  settings: AppSettings;
}

/** Changes what can change without a deployment; absent fields stay as they are. */
export interface ConfigMessage {
  type: "config";
  vars?: Record<string, string>;
  secrets?: Record<string, string>;
  buckets?: string[];
}

/** Where a deployment lies. Paths are absolute. */
export interface DeploymentFiles {
  id: string;
  /** One ES module: default export the Hono app, exports `drizzleSchema` and `buckets`. */
  bundlePath: string;
  sourceMapPath: string | null;
  /** The web build; null when the project has no web part. */
  assetsDir: string | null;
  /** Whether paths that are no file get `index.html`. */
  spaFallback: boolean;
}

/** What the app may read at run time. */
export interface AppSettings {
  vars: Record<string, string>;
  /** Opened values. They never leave the Worker: log records are masked before they are sent. */
  secrets: Record<string, string>;
  /** Names of the applied buckets. */
  buckets: string[];
  auth: AuthSettings;
}

/** Why a `start` or a `deploy` failed. */
export type FailedCode =
  /** The port is taken by another process. */
  | "PORT_TAKEN"
  /** The address cannot be listened on. */
  | "LISTEN_FAILED"
  /** The data file cannot be opened. */
  | "DATABASE_FAILED"
  /** The bundle threw while it was loaded. */
  | "BUNDLE_FAILED"
  /** The bundle used the SDK while it was loaded. */
  | "SDK_OUTSIDE_HANDLER"
  /** The bundle's default export has no `fetch` method. */
  | "BUNDLE_INVALID";

export type FromWorker =
  /** It listens. `hostname` and `port` are what the system gave. */
  | { type: "ready"; hostname: string; port: number }
  | { type: "switched"; id: string }
  | {
    type: "failed";
    during: "start" | "deploy";
    code: FailedCode;
    reason: string;
    stack: string | null;
  }
  | { type: "configured" }
  | { type: "paused"; inFlight: number }
  | {
    type: "pong";
    id: number;
    /** Requests that are being answered now. */
    inFlight: number;
    /** Background promises that have not settled. */
    background: number;
    /** Requests since the start. */
    served: number;
  }
  /** In order of time; batched for at most 10 ms. */
  | { type: "log"; lines: Uint8Array<ArrayBuffer>; records: number }
  | { type: "stopped"; cutOff: CutOff };
