/** SQLite refused a statement of a migration; nothing of the migration stayed. */
export class StatementRejected extends Error {
  override readonly name = "StatementRejected";
  /** Which statement of the migration, from 0; null when the commit itself failed. */
  readonly index: number | null;

  constructor(index: number | null, message: string, options?: ErrorOptions) {
    super(message, options);
    this.index = index;
  }
}

/** What a table had and would have had. */
export interface Loss {
  table: string;
  /** Null: rows. Else the column whose references would have been emptied. */
  column: string | null;
  before: number;
  after: number;
}

/** A migration would have lost rows that it does not say it deletes; nothing of it stayed. */
export class RowsLost extends Error {
  override readonly name = "RowsLost";
  readonly losses: Loss[];

  constructor(losses: Loss[]) {
    super(losses.map(({ table, before, after }) => `${table}: ${before} -> ${after}`).join(", "));
    this.losses = losses;
  }
}
