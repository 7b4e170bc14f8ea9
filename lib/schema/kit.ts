/**
 * The part of drizzle-kit that is used, in a module of its own: a bundler leaves the rest out, and nothing
 * loads it before `loadKit` does.
 */
import { generateSQLiteMigration as generate } from "drizzle-kit/api";
import { quietly } from "./quiet.ts";

type Generate = typeof generate;

/** drizzle-kit's own function, but for what it prints on stdout about changes that it leaves out. */
export const generateSQLiteMigration: Generate = (prev, cur) => quietly(() => generate(prev, cur));
