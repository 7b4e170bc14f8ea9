import type { Connect } from "./app_module.ts";
import type { D1Binding } from "./d1.ts";

/** `db.transaction` was called: D1 has none (contract section 6.3). */
export class TransactionsUnsupported extends Error {
  override readonly name = "TransactionsUnsupported";
  readonly code = "TRANSACTIONS_UNSUPPORTED";
}

/**
 * drizzle-orm's own D1 driver over a binding.
 *
 * @param schema the app's exported `drizzleSchema`.
 */
export function createDatabase(
  binding: D1Binding,
  schema: Record<string, unknown>,
  connect: Connect,
): object {
  const db = connect(binding, schema) as { transaction: unknown };
  // The driver would send BEGIN, which the guard refuses with less to say.
  db.transaction = () =>
    Promise.reject(
      new TransactionsUnsupported(
        "`db.transaction` is not supported: pass the statements to `db.batch([...])`, which runs all of them or none",
      ),
    );
  return db;
}
