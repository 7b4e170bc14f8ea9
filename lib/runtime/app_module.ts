import type { BucketDef } from "./storage/client.ts";

/** What a Hono app and others of its kind offer. */
export interface FetchApp {
  fetch(request: Request, env: unknown, context: ExecutionContext): Response | Promise<Response>;
}

/** What Workers hand to `fetch`; Hono calls it `executionCtx`. */
export interface ExecutionContext {
  waitUntil(promise: Promise<unknown>): void;
  passThroughOnException(): void;
  props: Record<string, never>;
}

/** drizzle-orm's D1 driver over a client, with the tables and relations of an app. */
export type Connect = (client: object, schema: Record<string, unknown>) => object;

/** A deployed bundle, looked at. */
export interface AppModule {
  app: FetchApp;
  /** The driver of the bundle's own drizzle-orm; null: it has none. */
  connect: Connect | null;
  schema: Record<string, unknown>;
  buckets: BucketDef[];
}

/**
 * Looks at the namespace of a bundle: its default export answers requests, `drizzleSchema` and
 * `buckets` come from the barrel (contract section 2.9), `connect` from the bundler.
 *
 * @throws Error when the default export is no app.
 */
export function readAppModule(namespace: Record<string, unknown>): AppModule {
  const app = namespace.default;
  if (!isFetchApp(app)) {
    throw new Error(
      "The default export of `server/src/index.ts` is no Hono app: it has no `fetch` method",
    );
  }
  return {
    app,
    connect: typeof namespace.connect === "function" ? namespace.connect as Connect : null,
    schema: isRecord(namespace.drizzleSchema) ? namespace.drizzleSchema : {},
    buckets: isRecord(namespace.buckets) ? Object.values(namespace.buckets).filter(isBucket) : [],
  };
}

function isFetchApp(value: unknown): value is FetchApp {
  return (typeof value === "object" || typeof value === "function") && value !== null &&
    "fetch" in value && typeof value.fetch === "function";
}

function isBucket(value: unknown): value is BucketDef {
  return isRecord(value) && typeof value.bucket_name === "string" &&
    typeof value.description === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
