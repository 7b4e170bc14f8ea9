/**
 * Gathers every definition of this app under one name, "@defs". It only re-exports.
 *
 * The platform needs four exports from here: `drizzleSchema`, `buckets`, `VarKey` and `SecretKey`.
 * Add tables in `db_schema.ts` (or re-export them there) and this file stays as it is.
 */
import * as appTables from "./db_schema";
import * as appRelations from "./db_relations";
import * as systemTables from "../__generated__/sys_schema";
import * as systemRelations from "../__generated__/sys_relations";
import * as buckets from "./storage_schema";

export * from "./db_schema";
export * from "./db_relations";
export * from "../__generated__/sys_schema";
export * from "../__generated__/sys_relations";
export { buckets };
export type { SecretKey, VarKey } from "./runtime";

/** Everything that `db` knows about: tables first, then relations, the app's before the platform's. */
export const drizzleSchema = {
  ...appTables,
  ...appRelations,
  ...systemTables,
  ...systemRelations,
};
