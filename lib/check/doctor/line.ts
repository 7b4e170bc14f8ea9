import { Failure } from "../../failure.ts";

/** One line of `doctor`. */
export interface DoctorLine {
  /** What was looked at, such as "lock". */
  name: string;
  /** Only an `error` keeps the program from working here. */
  state: "ok" | "warning" | "error";
  message: string;
  /** The exact next command or edit; null where there is nothing to do. */
  fix: string | null;
}

export function ok(name: string, message: string): DoctorLine {
  return { name, state: "ok", message, fix: null };
}

export function warning(name: string, message: string, fix: string | null): DoctorLine {
  return { name, state: "warning", message, fix };
}

export function error(name: string, message: string, fix: string | null): DoctorLine {
  return { name, state: "error", message, fix };
}

/** The lines of one part; one that fails is a line itself, so that the others are told. */
export async function guarded(
  name: string,
  look: () => Promise<DoctorLine[]>,
): Promise<DoctorLine[]> {
  try {
    return await look();
  } catch (failure) {
    if (!(failure instanceof Error)) throw failure;
    const hint = failure instanceof Failure ? failure.hint : undefined;
    return [error(name, failure.message, hint ?? null)];
  }
}
