import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import type { Finding } from "../finding.ts";
import {
  type AnswerFlags,
  type Answers,
  checkAnswers,
  parseAnswers,
  type Rename,
  shellWord,
} from "./answers.ts";
import { type MigrationChain, readChain } from "./chain.ts";
import { asSnapshot, diffSchemas, type Kit, loadKit } from "./diff.ts";
import { emptySchema } from "./empty_schema.ts";
import { hasFolderHistory } from "./folder_history.ts";
import { shadowAtEnd } from "./history.ts";
import { migrationTag } from "./migration_name.ts";
import { readDeclaredSchema, type ReadSchema, withoutSystemTables } from "./declared.ts";
import { planStatements } from "./plan_statements.ts";
import { applyRenames } from "./renames.ts";
import { schemaHashState, writeSchemaHash } from "./schema_hash.ts";
import { EMPTY_SNAPSHOT, sameSchema, type Snapshot } from "./snapshot.ts";
import type { TriedOut } from "./try_out.ts";
import { finishMigration, writeMigration } from "./write_migration.ts";

/** How `db generate` was asked. */
export interface GenerateOptions extends AnswerFlags {
  name?: string;
  /** Say what would be written, write nothing. */
  dryRun?: boolean;
}

/** The answer of `db generate`. */
export interface GenerateResult extends TriedOut {
  changed: boolean;
  tag: string | null;
  /** The SQL file, relative to the project. */
  path: string | null;
  statements: string[];
  written: boolean;
  renames: Rename[];
}

/**
 * Writes the migration that leads from the last snapshot to the declared schema.
 *
 * SQL, snapshot and schema hash are written first, the journal last: killed in between, the next run
 * completes it.
 *
 * @throws Failure: MISSING_HINTS, ANSWER_INVALID, ANSWER_UNKNOWN, NAME_INVALID (usage); NO_TABLES,
 * SNAPSHOT_COLLISION, REBUILD_IMPOSSIBLE, ROWS_LOST, SCHEMA_NOT_REACHED (failed); those of readChain
 * (config) and of the sandbox
 */
export async function generateMigration(
  system: System,
  project: Project,
  options: GenerateOptions,
  read: ReadSchema = readDeclaredSchema,
): Promise<GenerateResult> {
  const answers = parseAnswers(options);
  if (await hasFolderHistory(system, project)) {
    const { generateByKit } = await import("./generate_by_kit.ts");
    return await generateByKit(system, project, options);
  }
  const kit = lazyKit();
  const hash = await schemaHashState(system, project);
  // The import takes as long as the sandbox, and would hold up its start; an unchanged schema needs
  // none of it.
  const meanwhile = hash === "fresh" ? undefined : () => kit.prefetch();
  const schema = await read(system, project, meanwhile);
  const work = async (): Promise<GenerateResult> => {
    const chain = await readChain(system, project);
    refuseCollisions(chain);
    const current = asSnapshot(
      withoutSystemTables(schema.snapshot),
      crypto.randomUUID(),
      chain.latest.id,
    );
    const empty = await emptySchema(system, project, schema, chain);
    if (chain.unfinished && sameSchema(chain.unfinished.snapshot, current)) {
      return await finishMigration(system, project, chain, options.dryRun ?? false);
    }
    if (sameSchema(chain.latest, current)) {
      refuseUnused(chain.latest, current, answers);
      return await unchanged(system, project, options, hash, empty);
    }
    const given = [
      ...options.name === undefined ? [] : [`--name ${shellWord(options.name)}`],
      ...options.dryRun ? ["--dry-run"] : [],
    ];
    const loaded = await kit.get();
    const diff = await diffSchemas(loaded, chain.latest, current, answers, given);
    const tagOf = (texts: string[]) => migrationTag(chain, texts, options.name);
    const shadow = () => shadowAtEnd(loaded, chain);
    const planned = await planStatements(loaded, diff, current, shadow, tagOf);
    if (!planned) return await unchanged(system, project, options, hash, empty);
    const { tag, statements, ...triedOut } = planned;
    const snapshot: Snapshot = { ...current, _meta: { schemas: {}, ...diff.meta } };
    const path = `${chain.folder}/${tag}.sql`;
    if (!options.dryRun) {
      await writeMigration(system, project, chain, { tag, statements, snapshot });
    }
    return {
      changed: true,
      tag,
      path,
      statements: statements.map((statement) => statement.trim()),
      written: !options.dryRun,
      renames: diff.renames,
      ...triedOut,
    };
  };
  return options.dryRun ? await work() : await withLock(system, project, "db generate", work);
}

async function unchanged(
  system: System,
  project: Project,
  options: GenerateOptions,
  hash: "fresh" | "stale" | "absent",
  findings: Finding[],
): Promise<GenerateResult> {
  if (hash === "stale" && !options.dryRun) await writeSchemaHash(system, project);
  return {
    changed: false,
    tag: null,
    path: null,
    statements: [],
    written: false,
    renames: [],
    rehearsal: [],
    rehearsalMs: 0,
    findings,
  };
}

/** Answers that no change asks for were meant for one that the schema does not have. */
function refuseUnused(latest: Snapshot, current: Snapshot, answers: Answers): void {
  const { tables, columns, drop, create } = answers;
  if (tables.length + columns.length + drop.size + create.size === 0) return;
  checkAnswers(applyRenames(latest, current, answers).prev, current, answers);
}

/** Two branches that were merged are told apart by a person. */
export function refuseCollisions(chain: MigrationChain): void {
  const collision = chain.findings.find(({ code }) => code === "SNAPSHOT_COLLISION");
  if (!collision) return;
  throw new Failure("failed", collision.code, collision.message, {
    hint: collision.fix ?? undefined,
    details: { file: collision.file },
  });
}

function lazyKit(): { prefetch(): void; get(): Promise<Kit> } {
  let kit: Promise<Kit> | null = null;
  const get = () => kit ??= loadKit();
  return {
    get,
    // drizzle-kit makes its parts at the first diff, so one of nothing goes ahead. Whoever needs the
    // kit gets the error; nobody else is bothered.
    prefetch: () =>
      void get().then((loaded) => loaded.generateSQLiteMigration(EMPTY_SNAPSHOT, EMPTY_SNAPSHOT))
        .catch(() => {}),
  };
}
