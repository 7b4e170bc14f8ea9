import type { LedgerRow } from "../platform/platform.ts";
import type { Migration } from "./chain.ts";

/** Where each migration stands: the chain against the ledgers (decision 5). */
export interface MigratePlan {
  /** Already in the database, under this name and with this content. */
  applied: Migration[];
  /** Still to be applied, in journal order. */
  pending: Migration[];
  /** Applied, but the file is another one now. */
  edited: { migration: Migration; appliedHash: string }[];
  /** Applied under another name; the ledger follows the file. */
  renamed: { migration: Migration; from: string }[];
  /** Applied by drizzle's own migrator; gets its row in the platform's ledger. */
  adopted: { migration: Migration; drizzleRow: number }[];
  /** Applied, but no longer in the journal, or its file is gone. */
  deleted: { tag: string }[];
  /** Pending ones that stand before an applied one: branches were merged. */
  late: Migration[];
  /** Rows of drizzle's migrator that belong to no file. */
  unknown: LedgerRow[];
}

/** Compares chain and ledger. Pure: what is done about it is the caller's. */
export function planMigrate(migrations: Migration[], ledger: LedgerRow[]): MigratePlan {
  const plan: MigratePlan = {
    applied: [],
    pending: [],
    edited: [],
    renamed: [],
    adopted: [],
    deleted: [],
    late: [],
    unknown: [],
  };
  const tags = new Set(migrations.map(({ tag }) => tag));
  const free = ledger.filter(({ tag }) => tag === null || !tags.has(tag));
  const claim = (test: (row: LedgerRow) => boolean) => {
    const index = free.findIndex(test);
    return index < 0 ? null : free.splice(index, 1)[0]!;
  };
  for (const migration of migrations) {
    const row = ledger.find(({ tag }) => tag === migration.tag);
    if (row) {
      if (migration.hash === null) plan.deleted.push({ tag: migration.tag });
      else if (row.hash !== null && row.hash !== migration.hash) {
        plan.edited.push({ migration, appliedHash: row.hash });
      } else plan.applied.push(migration);
      continue;
    }
    const renamed = claim(({ tag, hash }) =>
      tag !== null && hash !== null && hash === migration.hash
    );
    if (renamed) {
      plan.renamed.push({ migration, from: renamed.tag! });
      continue;
    }
    const adopted = claim(({ tag, hash, drizzleRow }) =>
      tag === null && hash === migration.hash && drizzleRow !== null
    );
    if (adopted) plan.adopted.push({ migration, drizzleRow: adopted.drizzleRow! });
    else plan.pending.push(migration);
  }
  for (const row of free) {
    if (row.tag === null) plan.unknown.push(row);
    else plan.deleted.push({ tag: row.tag });
  }
  const inDatabase = new Set(
    [
      ...plan.applied,
      ...plan.edited.map(({ migration }) => migration),
      ...plan.renamed.map(({ migration }) => migration),
      ...plan.adopted.map(({ migration }) => migration),
    ],
  );
  const last = migrations.findLastIndex((migration) => inDatabase.has(migration));
  plan.late = plan.pending.filter((migration) => migrations.indexOf(migration) < last);
  return plan;
}

/** The migrations that the database has, in journal order. */
export function inDatabase(migrations: Migration[], plan: MigratePlan): Migration[] {
  const pending = new Set(plan.pending);
  return migrations.filter((migration) => !pending.has(migration) && migration.hash !== null);
}
