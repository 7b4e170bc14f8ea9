import type { AppModule, Connect } from "./app_module.ts";
import type { SendMail } from "./auth/mail.ts";
import type { AuthService, AuthServiceOptions } from "./auth/service.ts";
import type { AuthSettings } from "./auth/settings.ts";
import type { Background } from "./background.ts";
import type { D1Binding } from "./d1.ts";
import type { LogSink } from "./log.ts";
import type { OpenRequests } from "./open_requests.ts";
import type { ObjectStore } from "./storage/object_store.ts";

/** What a platform gives the runtime; the same for every deployment that it runs. */
export interface RuntimeHost {
  /** The app's database. The runtime puts the SQL guard in front of it. */
  db: D1Binding;
  /** The same database for the platform's own statements. */
  systemDb: D1Binding;
  objects: ObjectStore;
  environment: "production" | "dev";
  /** Origins that the auth service trusts besides the app's own. */
  origins: string[];
  authSecret: string;
  /** Loads `auth/service.ts`, which is larger than all the rest, when the first request needs it. */
  authService(): Promise<{ createAuthService(options: AuthServiceOptions): AuthService }>;
  presignKey: string;
  background: Background;
  open: OpenRequests;
  log: LogSink;
  /** Gets the auth service's messages too; the log has them in any case. */
  mail?: SendMail;
  /** What can change without a deployment. */
  live(): LiveSettings;
}

export interface LiveSettings {
  vars: Record<string, string>;
  secrets: Record<string, string>;
  /** Names of the applied buckets. */
  buckets: string[];
}

/** One deployment, loaded. */
export interface LoadedDeployment {
  id: string;
  module: AppModule;
  /** The app's drizzle-orm, else `drizzle.ts`. */
  connect: Connect;
  auth: AuthSettings;
  /** Answers paths outside `/api`; null when there is no web part. */
  assets: ((request: Request, pathname: string) => Promise<Response>) | null;
}

/** Answers a request. `ip` is the address of the connection's other end. Never throws. */
export type Handler = (request: Request, ip: string) => Promise<Response>;
