/**
 * The part of drizzle-kit that is used, in a module of its own: a bundler leaves the rest out, and nothing
 * loads it before `loadKit` does.
 */
export { generateSQLiteMigration } from "drizzle-kit/api";
