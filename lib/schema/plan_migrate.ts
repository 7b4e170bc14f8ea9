import type { LedgerChange, LedgerRow } from "../platform/app_database.ts";
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
  /** Applied, but no longer in the journal, or its file is gone; `file` is what is missing. */
  deleted: { tag: string; file: string | null }[];
  /** Pending ones that stand before an applied one: branches were merged. */
  late: Migration[];
  /** Applied before one that stands before them in the journal: branches were merged, or the journal was sorted anew. */
  reordered: { migration: Migration; before: string }[];
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
    reordered: [],
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
      if (migration.hash === null) plan.deleted.push({ tag: migration.tag, file: migration.file });
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
    else plan.deleted.push({ tag: row.tag, file: null });
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
  plan.reordered = reorderedOf(migrations, ledger, plan.renamed);
  return plan;
}

/** Both ledgers number what was applied; along the journal the numbers should rise. */
function reorderedOf(
  migrations: Migration[],
  ledger: LedgerRow[],
  renamed: MigratePlan["renamed"],
): MigratePlan["reordered"] {
  const found: MigratePlan["reordered"] = [];
  let last: { id: number; tag: string } | null = null;
  for (const migration of migrations) {
    const tag = renamed.find((item) => item.migration === migration)?.from ?? migration.tag;
    const id = ledger.find((row) => row.tag === tag)?.id;
    if (id === undefined) continue;
    if (last && id < last.id) found.push({ migration, before: last.tag });
    else last = { id, tag: migration.tag };
  }
  return found;
}

/** The migrations that the database has, in journal order. */
export function inDatabase(migrations: Migration[], plan: MigratePlan): Migration[] {
  const pending = new Set(plan.pending);
  return migrations.filter((migration) => !pending.has(migration) && migration.hash !== null);
}

/** How the ledgers follow renamed files and take over what drizzle's own migrator applied. */
export function mendsOf(plan: MigratePlan): LedgerChange[] {
  return [
    ...plan.renamed.map(({ migration, from }): LedgerChange => ({
      kind: "rename",
      from,
      to: migration.tag,
    })),
    ...plan.adopted.map(({ migration, drizzleRow }): LedgerChange => ({
      kind: "adopt",
      tag: migration.tag,
      drizzleRow,
    })),
  ];
}
