import { drizzle } from "drizzle-orm/d1";
import type { D1Binding } from "./d1.ts";

/** What drizzle's D1 driver takes; `D1Binding` has the part of it that the driver uses. */
type DrizzleBinding = Parameters<typeof drizzle>[0];

/** `db.transaction` was called: D1 has none (contract section 6.3). */
export class TransactionsUnsupported extends Error {
  override readonly name = "TransactionsUnsupported";
  readonly code = "TRANSACTIONS_UNSUPPORTED";
}

/**
 * drizzle-orm's own D1 driver over a binding.
 *
 * @param schema the app's exported `drizzleSchema`. Its tables come from the app's own copy of
 * drizzle-orm; drizzle tells its classes by `Symbol.for("drizzle:entityKind")`, so copies mix.
 */
export function createDatabase<Schema extends Record<string, unknown>>(
  binding: D1Binding,
  schema: Schema,
) {
  const db = drizzle(binding as unknown as DrizzleBinding, { schema });
  // The driver would send BEGIN, which the guard refuses with less to say.
  db.transaction = () =>
    Promise.reject(
      new TransactionsUnsupported(
        "`db.transaction` is not supported: pass the statements to `db.batch([...])`, which runs all of them or none",
      ),
    );
  return db;
}
