import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { answerFlags, parseAnswers } from "./answers.ts";
import { readChain } from "./chain.ts";
import { PLACEHOLDER } from "./chain_findings.ts";
import { hasFolderHistory } from "./folder_history.ts";
import { type GenerateOptions, type GenerateResult, refuseCollisions } from "./generate.ts";
import { jsonText } from "./json_text.ts";
import { migrationTag } from "./migration_name.ts";
import { finishMigration, writeMigrationFiles } from "./write_migration.ts";

/**
 * Writes a migration to be filled in by hand, as `drizzle-kit generate --custom` does: its snapshot is
 * the last one again. The declared schema is not read, and what is not generated yet stays so.
 *
 * @throws Failure: NAME_INVALID, ANSWER_UNUSED (usage); SNAPSHOT_COLLISION (failed); those of readChain (config)
 */
export async function generateCustom(
  system: System,
  project: Project,
  options: GenerateOptions,
): Promise<GenerateResult> {
  const [unused] = answerFlags(parseAnswers(options));
  if (unused) {
    throw new Failure(
      "usage",
      "ANSWER_UNUSED",
      `\`--custom\` reads no schema, \`${unused}\` answers nothing`,
      {
        hint:
          "Run `edgespark db generate` without `--custom` for a rename, or leave the answer out",
      },
    );
  }
  if (await hasFolderHistory(system, project)) {
    const { generateByKit } = await import("./generate_by_kit.ts");
    return await generateByKit(system, project, { ...options, custom: true });
  }
  const work = async (): Promise<GenerateResult> => {
    const chain = await readChain(system, project);
    refuseCollisions(chain);
    const tag = await migrationTag(chain, [PLACEHOLDER], options.name);
    if (chain.unfinished?.tag === tag) {
      return await finishMigration(system, project, chain, options.dryRun ?? false);
    }
    const { id: prevId, version, dialect, tables, views, enums, internal } = chain.latest;
    const snapshot = {
      ...{ id: crypto.randomUUID(), prevId, version, dialect, tables, views, enums },
      ...{ _meta: { columns: {}, schemas: {}, tables: {} }, internal },
    };
    if (!options.dryRun) {
      const files = { tag, sql: PLACEHOLDER, snapshot: jsonText(snapshot) };
      await writeMigrationFiles(system, project, chain, files);
    }
    return {
      changed: true,
      tag,
      path: `${chain.folder}/${tag}.sql`,
      statements: [],
      written: !options.dryRun,
      renames: [],
      rehearsal: [],
      rehearsalMs: 0,
      findings: [],
    };
  };
  return options.dryRun ? await work() : await withLock(system, project, "db generate", work);
}
