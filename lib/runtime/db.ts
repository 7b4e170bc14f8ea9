import { drizzle } from "drizzle-orm/d1";
import type { D1Binding } from "./d1.ts";

/** What drizzle's D1 driver takes; `D1Binding` has the part of it that the driver uses. */
type DrizzleBinding = Parameters<typeof drizzle>[0];

/**
 * drizzle-orm's own D1 driver over a binding.
 *
 * @param schema the app's exported `drizzleSchema`. Its tables come from the app's own copy of
 * drizzle-orm; drizzle tells its classes by `Symbol.for("drizzle:entityKind")`, so copies mix.
 */
export function createDatabase(binding: D1Binding, schema: Record<string, unknown>) {
  return drizzle(binding as unknown as DrizzleBinding, { schema });
}
