import { join } from "@std/path";
import { runtimeFile } from "../declare/runtime_keys.ts";
import { failureFindings } from "../deploy/failure_findings.ts";
import type { Finding } from "../finding.ts";
import type { ListedCommand } from "../generated/agent_files.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { appPart, besides } from "./app_part.ts";
import { codeFindings } from "./code_findings.ts";
import { commandsFor } from "./commands.ts";
import { bucketPart, filePart } from "./declared_part.ts";
import { barrelFindings, boundaryFindings, nameOf } from "./defs_findings.ts";
import { type DeclaredState, environmentFindings } from "./environment.ts";
import { generatedFindings } from "./generated_part.ts";
import { withBranch } from "./pending.ts";
import { checkSchema } from "./schema_part.ts";

/** How `check` was asked. */
export interface RepoCheckOptions {
  /** Opens the environment; null: look at the repository only. */
  open: (() => Promise<Platform>) | null;
  /** Every command of this program, for the tables in the agents' files. */
  listed: ListedCommand[];
}

/** The answer of `check`. */
export interface RepoCheck {
  /** No finding is an error. */
  ok: boolean;
  /** In the order of files and lines; those without a file first. */
  findings: Finding[];
  /** What to run, in this order, to have neither errors nor warnings; what a person must edit is in `fix`. */
  commands: string[];
  /** What the repository declares, by name; null: it could not be read. */
  declared: {
    tables: string[] | null;
    relations: number | null;
    buckets: string[] | null;
    vars: string[] | null;
    secrets: string[] | null;
  };
}

/** Checks the whole repository in one go, everything that does not depend on each other at once. Writes nothing. */
export async function checkRepo(
  system: System,
  project: Project,
  { open, listed }: RepoCheckOptions,
): Promise<RepoCheck> {
  let platform: Promise<Platform | null> | null = null;
  const opened = () => platform ??= open ? open() : Promise.resolve(null);
  const started = Promise.withResolvers<void>();
  const schemaPart = checkSchema(system, project, opened, started.resolve);
  const buckets = bucketPart(system, project);
  const files = filePart(system, project);
  // The sandbox starts first: nothing else takes as long.
  await started.promise;
  const [code, app, declared, bucketsNow, schema, generated] = await Promise.all([
    codePart(system, project),
    appPart(system, project),
    files,
    buckets,
    schemaPart,
    generatedFindings(system, project, listed),
  ]);
  const state: DeclaredState = { ...declared.state, buckets: bucketsNow.value };
  const environment = await environmentPart(system, project, await opened(), state);
  const names = {
    keys: state.keys,
    buckets: state.buckets,
    runtimeFile: runtimeFile(project),
    storageFile: nameOf(project, join(project.defs, "storage_schema.ts")),
  };
  const read = [
    ...schema.findings,
    ...bucketsNow.findings,
    ...declared.findings,
    ...code.findings,
  ];
  const findings = inOrder([
    ...read,
    ...besides(app, read),
    ...codeFindings(code.uses, names),
    ...generated,
    ...environment,
  ]);
  const told = await withBranch(system, project, findings);
  return {
    ok: told.findings.every(({ severity }) => severity !== "error"),
    findings: told.findings,
    commands: commandsFor(told.findings, { migrates: open !== null && told.migrates }),
    declared: {
      tables: schema.schema?.tableNames.toSorted() ?? null,
      relations: schema.schema?.relations ?? null,
      buckets: state.buckets?.map(({ name }) => name).sort() ?? null,
      vars: state.keys?.vars.toSorted() ?? null,
      secrets: state.keys?.secrets.toSorted() ?? null,
    },
  };
}

async function codePart(system: System, project: Project) {
  const [{ readProgram }, { findUses }] = await Promise.all([
    import("./code/read_program.ts"),
    import("./code/uses.ts"),
  ]);
  try {
    const { program, findings } = await readProgram(system, project);
    return {
      uses: findUses(program, join(project.defs, "storage_schema.ts")),
      findings: [
        ...findings,
        ...await barrelFindings(system, project, program),
        ...boundaryFindings(project, program),
      ],
    };
  } catch (error) {
    return { uses: [], findings: failureFindings(error) };
  }
}

async function environmentPart(
  system: System,
  project: Project,
  platform: Platform | null,
  state: DeclaredState,
): Promise<Finding[]> {
  if (!platform) return [];
  try {
    return await environmentFindings(system, project, platform, state);
  } catch (error) {
    return failureFindings(error);
  }
}

/** By file and line, each thing told once. */
function inOrder(findings: Finding[]): Finding[] {
  const seen = new Set<string>();
  const once = findings.filter((finding) => {
    const key = JSON.stringify([finding.code, finding.file, finding.line, finding.message]);
    return !seen.has(key) && seen.add(key);
  });
  const by = (a: string | null, b: string | null) => (a ?? "") < (b ?? "") ? -1 : 1;
  return once.sort((a, b) =>
    a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : by(a.file, b.file)
  );
}
