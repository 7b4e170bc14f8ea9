import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Box, BoxOutcome } from "./box.ts";
import { asAnswer } from "./answer.ts";
import { suspectLine } from "./suspect.ts";
import type { Fault, Job } from "./worker/job.ts";

/** A place in a file of the project; line and column from 1. */
interface Place {
  file: string;
  line: number;
  column: number;
}

/** Code to evaluate, and how to speak about it. */
export interface Evaluation {
  job: Job;
  /** The file that speaks for the whole, relative to the root: "server/src/defs/db_schema.ts". */
  file: string;
  /** The folder that files are relative to. */
  root: string;
  /** The code of the failure when the module throws, such as "SCHEMA_THREW". */
  threw: string;
  /** The code of the failure when it declares something impossible. */
  invalid: string;
  /** Told how long the module computed, ms. */
  onBusy?: (ms: number) => void;
  /** Called when there is nothing to do but wait for the answer. */
  meanwhile?: () => void;
  /** Where a place of the job's code comes from; asked only when it threw. */
  place(line: number, column: number): Promise<Place | null> | Place | null;
}

/**
 * Evaluates a module in the box and returns what its realm answered, unvalidated.
 *
 * @throws Failure (failed): the code of `threw` or `invalid`, SANDBOX_DENIED, SANDBOX_TIMEOUT,
 * SANDBOX_MEMORY, SANDBOX_OUTPUT, SANDBOX_NO_ANSWER; details: file, line, column, reason, output.
 */
export async function evaluate(system: System, box: Box, evaluation: Evaluation): Promise<unknown> {
  const outcome = await box.run(evaluation.job, evaluation.meanwhile);
  system.signal.throwIfAborted();
  if (outcome.kind !== "answer") throw await limitFailure(system, outcome, evaluation);
  const answer = asAnswer(outcome.value);
  if (answer === null) throw noAnswer(evaluation, "the answer is malformed");
  if (!answer.ok) throw await faultFailure(system, answer.fault, answer.words, evaluation);
  evaluation.onBusy?.(outcome.busy);
  return answer.value;
}

/** What is missing or malformed is never an answer. */
export function noAnswer(evaluation: Pick<Evaluation, "file">, reason: string): Failure {
  return new Failure(
    "failed",
    "SANDBOX_NO_ANSWER",
    `\`${evaluation.file}\` could not be evaluated: ${reason}`,
    {
      hint:
        "The module must run to its end by itself: take calls that end the process or the thread out of it",
      details: { file: evaluation.file, line: null, reason },
    },
  );
}

async function limitFailure(
  system: System,
  outcome: Exclude<BoxOutcome, { kind: "answer" }>,
  evaluation: Evaluation,
): Promise<Failure> {
  const file = outcome.file ?? evaluation.file;
  if (outcome.kind === "silent") return noAnswer({ file }, outcome.reason);
  const line = await suspectLine(system, evaluation.root, file, outcome.kind);
  const [code, reason] = overLimit(outcome);
  return new Failure("failed", code, `\`${file}${line === null ? "" : `:${line}`}\` ${reason}`, {
    hint: "Top-level code may only declare things: take loops, waiting and large data out of it",
    details: { file, line, reason },
  });
}

function overLimit(
  outcome: Exclude<BoxOutcome, { kind: "answer" | "silent" }>,
): [code: string, reason: string] {
  if (outcome.kind === "timeout") {
    return ["SANDBOX_TIMEOUT", `did not finish within ${outcome.ms / 1000} s`];
  }
  const mebibytes = Math.round(outcome.limit / 1024 / 1024);
  return outcome.kind === "memory"
    ? ["SANDBOX_MEMORY", `took more than ${mebibytes} MiB of memory`]
    : ["SANDBOX_OUTPUT", `answered or printed more than ${mebibytes} MiB`];
}

async function faultFailure(
  system: System,
  fault: Fault,
  words: string[],
  evaluation: Evaluation,
): Promise<Failure> {
  const place = await firstPlace(fault, evaluation);
  const file = place?.file ?? evaluation.file;
  // What is thrown without being an error carries no place.
  const line = place?.line ??
    (fault.reason === "threw" ? await suspectLine(system, evaluation.root, file, "threw") : null);
  const at = `\`${file}${line === null ? "" : `:${line}`}\``;
  const said = fault.name && fault.name !== "Error"
    ? `${fault.name}: ${fault.message}`
    : fault.message;
  const details = {
    file,
    line,
    column: place?.column ?? null,
    reason: said,
    ...words.length > 0 && { output: words },
  };
  if (fault.reason === "invalid") {
    return new Failure("failed", evaluation.invalid, `${at}: ${fault.message}`, { details });
  }
  if (fault.reason === "denied") {
    return new Failure(
      "failed",
      "SANDBOX_DENIED",
      `${at} reaches outside at its top level: ${fault.message.replace(/, run again with.*$/, "")}`,
      {
        hint:
          "Top-level code may not use files, the network, the environment or other programs: do that inside handlers",
        details,
      },
    );
  }
  return new Failure("failed", evaluation.threw, `${at} threw ${said || "an error"}`, {
    hint: "Correct the file; it is evaluated by itself, without files, network and environment",
    details,
  });
}

async function firstPlace(fault: Fault, evaluation: Evaluation): Promise<Place | null> {
  for (const { line, column } of fault.frames) {
    const place = await evaluation.place(line, column);
    if (place) return place;
  }
  return null;
}
