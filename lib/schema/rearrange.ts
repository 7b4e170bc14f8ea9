import type { DatabaseSync } from "node:sqlite";
import { classify, type StatementInfo } from "./classify.ts";
import { columnOperations } from "./column_operations.ts";
import type { Kit, SchemaDiff } from "./diff.ts";
import type { Repair } from "./kit_corrections.ts";
import { rebuildStatements, type WantedTable } from "./rebuild.ts";
import { rehearse } from "./rehearsal.ts";
import { unexpectedLosses } from "./rehearsal_report.ts";
import { mentions } from "./rewrite_create.ts";
import { foreignKeysOf } from "./shadow.ts";
import { EMPTY_SNAPSHOT, type Snapshot } from "./snapshot.ts";
import { splitStatements } from "./statements.ts";

interface Piece {
  text: string;
  info: StatementInfo;
}

/**
 * drizzle-kit's statements with its rebuilds and drops made safe, and the tables of a repair rebuilt.
 *
 * @throws Failure REBUILD_IMPOSSIBLE (failed); Error of SQLite for statements that it refuses
 */
export async function rearrange(
  kit: Kit,
  diff: SchemaDiff,
  cur: Snapshot,
  repair: Repair,
  openShadow: () => Promise<DatabaseSync>,
): Promise<string[]> {
  const pieces = diff.statements.map(pieceOf);
  const rebuilt = new Set(
    pieces.filter(({ info }) => info.verb === "CREATE TABLE" && info.target!.startsWith("__new_"))
      .map(({ info }) => info.target!.slice("__new_".length)),
  );
  const removes = pieces.some(({ info }) =>
    ["DROP TABLE", "ALTER TABLE DROP COLUMN"].includes(info.verb)
  );
  for (const table of repair.tables) if (cur.tables[table]) rebuilt.add(table);
  if (rebuilt.size === 0 && (!removes || await losesNothing(diff.statements, openShadow))) {
    return diff.statements;
  }
  const db = await openShadow();
  try {
    return await reordered(kit, diff, cur, db, pieces, rebuilt, repair, openShadow);
  } finally {
    db.close();
  }
}

/** Whether statements run as they are where tables have rows, and take along what they name only. */
async function losesNothing(
  statements: string[],
  openShadow: () => Promise<DatabaseSync>,
): Promise<boolean> {
  const db = await openShadow();
  try {
    const { tables, failure } = rehearse(db, [{ tag: "", statements }]);
    return !failure && unexpectedLosses(tables, statements).length === 0;
  } finally {
    db.close();
  }
}

async function reordered(
  kit: Kit,
  diff: SchemaDiff,
  cur: Snapshot,
  db: DatabaseSync,
  pieces: Piece[],
  rebuilt: Set<string>,
  repair: Repair,
  openShadow: () => Promise<DatabaseSync>,
): Promise<string[]> {
  const wanted = await wantedTables(kit, diff.prev, cur, rebuilt);
  const left = pieces.filter(({ info }) => !belongsToRebuild(info, rebuilt));
  const take = (...verbs: string[]) => left.filter(({ info }) => verbs.includes(info.verb));
  const referred = new Set(
    wanted.flatMap(({ create }) =>
      take("CREATE TABLE").map(({ info }) => info.target!)
        .filter((table) => mentions(create, new Set([table.toLowerCase()])))
    ),
  );
  const needed = ({ info }: Piece) => referred.has(info.target!);
  const renames = take("ALTER TABLE RENAME TO", "ALTER TABLE RENAME COLUMN");
  const creates = take("CREATE TABLE");
  const dropViews = take("DROP VIEW");
  const changes = take("DROP INDEX", "ALTER TABLE ADD COLUMN", "ALTER TABLE DROP COLUMN");
  const first = texts([...renames, ...creates.filter(needed), ...dropViews]);
  const late = [...creates.filter((piece) => !needed(piece))];
  if (rebuilt.size === 0) {
    return texts([...dropViews, ...dropsInOrder(db, without(left, dropViews))]);
  }
  // ADD and DROP COLUMN come before the rebuild, so that children are rebuilt as they shall be.
  const before = [...first, ...texts(changes)];
  const changeOnly = async () => {
    if (wanted.some(({ name }) => repair.tables.has(name))) return null;
    const trial = await openShadow();
    try {
      run(trial, before);
      return await columnOperations(kit, diff.prev, cur, wanted, trial);
    } finally {
      trial.close();
    }
  };
  run(db, before);
  const rebuild = await changeOnly() ?? rebuildStatements(db, wanted);
  const drops = dropsInOrder(db, take("DROP TABLE"));
  const done = new Set([...renames, ...creates, ...dropViews, ...changes, ...drops]);
  const rest = left.filter((piece) => !done.has(piece) && piece.info.kind !== "pragma");
  return [...before, ...rebuild, ...texts([...drops, ...late, ...rest])];
}

function pieceOf(text: string): Piece {
  return { text, info: classify(splitStatements(text)[0]!) };
}

/** Runs statements without heed to foreign keys. */
export function run(db: DatabaseSync, statements: string[]): void {
  db.exec("PRAGMA foreign_keys = OFF");
  for (const text of statements) db.exec(text);
}

/** What drizzle-kit would create for these tables in an empty database. */
async function wantedTables(
  kit: Kit,
  prev: Snapshot,
  cur: Snapshot,
  rebuilt: Set<string>,
): Promise<WantedTable[]> {
  const tables = Object.fromEntries(
    Object.entries(cur.tables).filter(([name]) => rebuilt.has(name)),
  );
  const statements = await kit.generateSQLiteMigration(EMPTY_SNAPSHOT, {
    ...cur,
    tables,
    views: {},
  });
  const infos = statements.map(pieceOf);
  return Object.keys(tables).map((name) => ({
    name,
    create: infos.find(({ info }) => info.verb === "CREATE TABLE" && info.target === name)!.text,
    indexes: infos.filter(({ info }) => info.verb === "CREATE INDEX" && info.on === name).map((
      { text },
    ) => text),
    declaredIndexes: new Set([
      ...Object.keys(prev.tables[name]?.indexes ?? {}),
      ...Object.keys(cur.tables[name]?.indexes ?? {}),
    ]),
  }));
}

function belongsToRebuild({ verb, target, on }: StatementInfo, rebuilt: Set<string>): boolean {
  if (target?.startsWith("__new_") && rebuilt.has(target.slice("__new_".length))) return true;
  if (verb === "CREATE INDEX") return rebuilt.has(on ?? "");
  return ["DROP TABLE", "ALTER TABLE ADD COLUMN", "ALTER TABLE DROP COLUMN"].includes(verb) &&
    rebuilt.has(target ?? "");
}

/** Tables that go are dropped children first: a parent's rows cannot go while others refer to them. */
function dropsInOrder(db: DatabaseSync, pieces: Piece[]): Piece[] {
  const waiting = pieces.filter(({ info }) => info.verb === "DROP TABLE");
  const parents = new Map(
    waiting.map((
      { info },
    ) => [info.target!, foreignKeysOf(db, info.target!).map(({ parent }) => parent)]),
  );
  const isHeld = (piece: Piece) =>
    waiting.some((other) =>
      other !== piece && parents.get(other.info.target!)!.includes(piece.info.target!)
    );
  const sorted: Piece[] = [];
  while (waiting.length > 0) {
    // In a cycle none is free; SQLite then decides.
    const free = Math.max(0, waiting.findIndex((piece) => !isHeld(piece)));
    sorted.push(...waiting.splice(free, 1));
  }
  let next = 0;
  return pieces.map((piece) => (piece.info.verb === "DROP TABLE" ? sorted[next++]! : piece));
}

function without(pieces: Piece[], others: Piece[]): Piece[] {
  return pieces.filter((piece) => !others.includes(piece));
}

function texts(pieces: Piece[]): string[] {
  return pieces.map(({ text }) => text);
}
