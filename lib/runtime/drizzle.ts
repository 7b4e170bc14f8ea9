import { drizzle } from "drizzle-orm/d1";
import type { Connect } from "./app_module.ts";

type Client = Parameters<typeof drizzle>[0];

/**
 * drizzle-orm for a bundle that brings none along. Tables that come from another copy work: drizzle tells
 * its classes by `Symbol.for("drizzle:entityKind")`.
 */
export const connect: Connect = (client, schema) => drizzle(client as Client, { schema });
