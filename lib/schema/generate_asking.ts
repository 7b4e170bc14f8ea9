import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type DeclaredSchema, readDeclaredSchema, type ReadSchema } from "./declared.ts";
import { generateMigration, type GenerateOptions, type GenerateResult } from "./generate.ts";
import type { Hint } from "./hints.ts";
import type { OpenQuestion } from "./questions.ts";

/** Puts one question to a person; the answer is one of the question's hints. */
export type AskQuestion = (question: OpenQuestion) => Promise<Hint>;

/**
 * `generateMigration` for a person: what it cannot tell is asked, one question after the other, as each
 * answer may settle others. No lock is held meanwhile, and the schema is evaluated once.
 *
 * @throws Failure as generateMigration, but not MISSING_HINTS
 */
export async function generateAsking(
  system: System,
  project: Project,
  options: GenerateOptions,
  ask: AskQuestion,
  read: ReadSchema = readDeclaredSchema,
): Promise<GenerateResult> {
  let schema: Promise<DeclaredSchema> | undefined;
  const once: ReadSchema = (...args) => schema ??= read(...args);
  for (let hints = options.hints ?? [];;) {
    try {
      return await generateMigration(system, project, { ...options, hints }, once);
    } catch (error) {
      const question = firstQuestion(error);
      if (!question) throw error;
      hints = [...hints, await ask(question)];
    }
  }
}

function firstQuestion(error: unknown): OpenQuestion | undefined {
  if (!(error instanceof Failure) || error.code !== "MISSING_HINTS") return undefined;
  return (error.details?.unresolved as OpenQuestion[] | undefined)?.[0];
}
