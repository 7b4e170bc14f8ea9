import type { AuthConfig } from "../declare/auth_config.ts";
import type { ObjectStore } from "../runtime/storage/object_store.ts";
import type { AppDatabase } from "./app_database.ts";

/** A bucket as applied on the platform. */
export interface AppliedBucket {
  name: string;
  description: string;
  /** ms since the epoch. */
  createdAt: number;
}

/** How much a bucket holds. */
export interface BucketUsage {
  objects: number;
  bytes: number;
  /** Changes whenever an object comes, goes or is replaced. */
  fingerprint: string;
}

/** What an apply does to the buckets. */
export interface BucketChanges {
  create: { name: string; description: string }[];
  /** New descriptions. */
  change: { name: string; description: string }[];
  /** With all objects, as long as they are those of the fingerprint. */
  remove: { name: string; fingerprint: string }[];
  /** With all objects, from one name to another that is free. */
  rename: { from: string; name: string; description: string }[];
}

/** Buckets of the environment. */
export interface Buckets {
  list(): Promise<AppliedBucket[]>;
  /** How much a bucket holds. */
  usage(name: string): Promise<BucketUsage>;
  /**
   * Applies the whole set, rows and objects, or nothing of it. A kill in between leaves something to
   * `settle`. The caller holds the project's lock.
   *
   * @throws BucketChanged (lib/platform/bucket_errors.ts)
   */
  apply(changes: BucketChanges): Promise<void>;
  /** Whether a killed `apply` left something half done, or one is under way. */
  unsettled(): Promise<boolean>;
  /** Ends what a killed `apply` left: it then has happened, or it has not. Under the project's lock. */
  settle(): Promise<void>;
}

/** Plain values of the environment. */
export interface Vars {
  list(): Promise<{ key: string; value: string; updatedAt: number }[]>;
  set(values: Record<string, string>): Promise<void>;
  delete(keys: string[]): Promise<string[]>;
}

/** `unset`: never registered, deleted or locked; `pending`: a page waits for it; `expired`: the page closed without a value. */
export type SecretState = "unset" | "pending" | "set" | "expired";

/** Sealed values of the environment. No method returns a value to a command. */
export interface Secrets {
  /** `locked`: there is a value, but not the key that opens it; it does not count as set. */
  list(): Promise<{ key: string; state: SecretState; locked: boolean; updatedAt: number }[]>;
  /** Registers the keys as waiting for a value until `expiresAt` (ms). */
  expect(keys: string[], expiresAt: number): Promise<void>;
  /** Seals and stores values; only the secret page calls this. */
  seal(values: Record<string, string>): Promise<void>;
  delete(keys: string[]): Promise<string[]>;
}

/** The auth config: what was applied last, and what the active deployment runs with. */
export interface AuthConfigs {
  applied(): Promise<AuthConfig | null>;
  apply(config: AuthConfig): Promise<void>;
}

/** One immutable deployment. */
export interface Deployment {
  /** Content address: the first 12 hex digits of the SHA-256 over bundle, assets and settings. */
  id: string;
  createdAt: number;
  active: boolean;
  /** When it was activated last, ms; null: it never was, because it did not load. */
  activatedAt: number | null;
  bundleBytes: number;
  /** SHA-256 of the bundle, `sha256-<hex>`. */
  digest: string;
  /** The migrations that the database had when it was deployed, oldest first; null: not recorded. */
  migrations: string[] | null;
  routes: { method: string; path: string; access: "login" | "public" | "webhook" }[];
}

/** What a deployment is made of. */
export interface DeploymentContent {
  bundle: Uint8Array;
  sourceMap: Uint8Array | null;
  /** Path relative to the web root -> absolute path of the file to copy. Null: the project has no web part. */
  assets: Map<string, string> | null;
  routes: Deployment["routes"];
  /** Tags of the applied migrations, oldest first; absent: not recorded. */
  migrations?: string[];
}

/** A deployment that runs. */
export interface Activated {
  deployment: Deployment;
  /** Where the app answers. */
  url: string;
  /** Something else ran before, or nothing. */
  switched: boolean;
}

/** Deployments of the environment. */
export interface Deployments {
  /** Newest first. */
  list(): Promise<Deployment[]>;
  /** Stores (idempotent) and activates. A running server switches to it; returns where the app answers. */
  deploy(content: DeploymentContent): Promise<Activated>;
  /**
   * Activates a stored deployment again, as it was: bundle, web assets and auth config.
   *
   * @throws Failure DEPLOYMENT_DAMAGED when its files are not those that were stored.
   */
  activate(id: string): Promise<Activated>;
}

/** One line of the log. `level` "request" is the closing line of a request. */
export interface LogRecord {
  /** ISO 8601 with ms, UTC. */
  time: string;
  level: "request" | "debug" | "info" | "warn" | "error" | "system";
  requestId: string | null;
  method?: string;
  path?: string;
  status?: number;
  /** Duration in ms. */
  ms?: number;
  message?: string;
  stack?: string;
  /** This record stands for others that are missing here; a count is there when it is known. */
  lost?: { records?: number; bytes?: number };
}

/** Logs of the environment. */
export interface Logs {
  /** Records since `since` (ms; null: only new ones), then, with `follow`, new ones until the signal. */
  tail(
    options: { since: number | null; follow: boolean; signal: AbortSignal },
  ): AsyncIterable<LogRecord>;
}

/** One environment of one provider: the port that every command talks through. */
export interface Platform {
  readonly provider: "local" | "cloudflare";
  readonly database: AppDatabase;
  readonly buckets: Buckets;
  /** What lies in the buckets; the names of buckets and keys are checked before. */
  readonly objects: ObjectStore;
  readonly vars: Vars;
  readonly secrets: Secrets;
  readonly authConfig: AuthConfigs;
  readonly deployments: Deployments;
  readonly logs: Logs;
  /** Closes files and connections. */
  close(): void;
}
