import type { Finding } from "../../finding.ts";
import type { Migration } from "../chain.ts";
import type { Destruction } from "../destruction.ts";
import { scriptOf } from "../history.ts";
import { openShadow, runScript } from "../shadow.ts";
import { applyAllowances } from "./allow.ts";
import { LINT_CODES, type Remark } from "./codes.ts";
import { schemaRemarks } from "./rules.ts";
import { type Shape, shapeOf } from "./shape.ts";
import { textRemarks } from "./text_rules.ts";

/**
 * Lints migrations, offline: by their text, and by the tables before and after each of them in a replay
 * from nothing. Where the replay fails, the text is all there is.
 *
 * @param migrations the whole chain, whose end counts
 * @param isLinted which of them are judged
 * @param destroyed what they destroy, found elsewhere
 */
export function lintMigrations(
  migrations: Migration[],
  isLinted: (migration: Migration) => boolean,
  destroyed: Destruction[],
): Finding[] {
  const linted = migrations.filter((migration) => isLinted(migration) && migration.hash !== null);
  if (linted.length === 0) return [];
  const shapes = replayShapes(migrations, new Set(linted));
  return linted.flatMap((migration) => {
    const shape = shapes.get(migration);
    const remarks = [
      ...destroyed.filter(({ tag }) => tag === migration.tag).map((item) =>
        destructive(migration, item)
      ),
      ...textRemarks(migration),
      ...(shape ? schemaRemarks(migration, shape.before, shape.after, shape.end) : []),
    ];
    const allowed = applyAllowances(migration, remarks);
    return [
      ...allowed.remarks.map((remark) => toFinding(migration, remark)),
      ...allowed.findings,
    ];
  });
}

/** The tables before and after each of the wanted migrations, as far as they can be replayed. */
function replayShapes(
  migrations: Migration[],
  wanted: Set<Migration>,
): Map<Migration, { before: Shape; after: Shape; end: Shape }> {
  const db = openShadow();
  try {
    const steps: { migration: Migration; before: Shape; after: Shape }[] = [];
    let before: Shape | null = null;
    for (const migration of migrations) {
      if (wanted.has(migration)) before ??= shapeOf(db);
      if (migration.hash === null || runScript(db, scriptOf(migration))) break;
      const after = wanted.has(migration) ? shapeOf(db) : null;
      if (before && after) steps.push({ migration, before, after });
      before = after;
    }
    const end = steps.length > 0 ? shapeOf(db) : new Map();
    return new Map(
      steps.map(({ migration, before, after }) => [migration, { before, after, end }]),
    );
  } finally {
    db.close();
  }
}

function destructive({ tag, statements }: Migration, { destroys, line }: Destruction): Remark {
  return {
    code: "DESTRUCTIVE",
    statement: Math.max(0, statements.findIndex((statement) => statement.line === line)),
    message: `\`${tag}\` destroys ${destroys}`,
    fix: "`edgespark db migrate` asks for `--confirm-dangerous`",
  };
}

function toFinding({ file, statements }: Migration, { statement, ...remark }: Remark): Finding {
  const { code, message, fix } = remark;
  const line = statements[statement]?.line ?? null;
  return { code, severity: LINT_CODES[code]!.severity, file, line, message, fix };
}
