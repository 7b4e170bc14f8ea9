/**
 * The text of `edgespark.d.ts`: which names the platform's two modules export (contract section 6.1).
 *
 * `@ts-nocheck` silences what a project may lack (drizzle-orm, `drizzleSchema` in its defs): what cannot
 * be resolved is `any` there, and everything else keeps its type.
 */
export const MODULE_TYPES = `// @ts-nocheck
/**
 * Written by \`edgespark pull types\`; the next pull overwrites every edit.
 *
 * What an app can import from the platform. The types themselves: server-types.d.ts, beside this file.
 */

/** For all code that runs inside a request. Nothing of it works while a module is being loaded. */
declare module "edgespark" {
  /** The app's database: Drizzle with the tables and relations of \`drizzleSchema\`. */
  export const db: import("drizzle-orm/d1").DrizzleD1Database<typeof import("../defs").drizzleSchema>;
  /** Files, in the buckets of src/defs/storage_schema.ts. */
  export const storage: import("./server-types").StorageClient;
  /** Plain values, by the keys of src/defs/runtime.ts. */
  export const vars: import("./server-types").VarClient<import("../defs").VarKey>;
  /** Sealed values, by the keys of src/defs/runtime.ts. */
  export const secret: import("./server-types").SecretClient<import("../defs").SecretKey>;
  /** The current request's environment, and work that outlives the response. */
  export const ctx: import("./server-types").ExecutionCtx;
}

/** For handlers of HTTP requests only. */
declare module "edgespark/http" {
  /** Who sent the current request. */
  export const auth: import("./server-types").AuthClient;
}
`;
