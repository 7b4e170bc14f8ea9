/** What the Worker is asked to do. */
export interface Job {
  kind: "schema" | "buckets" | "routes";
  /** One ES module that imports nothing but `builtins`. */
  code: string;
  /** Node's built-in modules that the code imports, such as "node:crypto". */
  builtins: string[];
}

/** A place in the evaluated module, both from 1. */
export interface Frame {
  line: number;
  column: number;
}

/** Why a module could not be evaluated. */
export interface Fault {
  /** `denied`: it asked for something that no code has in here; `invalid`: it declares something impossible. */
  reason: "threw" | "denied" | "invalid";
  name: string;
  message: string;
  frames: Frame[];
}

/** What the Worker answers. The evaluated code shares its realm, so nothing in it can be trusted. */
export type JobAnswer =
  | { ok: true; value: unknown; words: string[] }
  | { ok: false; fault: Fault; words: string[] };
