import { batches } from "./batches.ts";
import { errors } from "./errors.ts";
import { execs } from "./execs.ts";
import { language } from "./language.ts";
import { limits } from "./limits.ts";
import type { Group } from "./probe.ts";
import { results } from "./results.ts";
import { schemaChanges } from "./schema_changes.ts";
import { sessions } from "./sessions.ts";
import { values } from "./values.ts";

/** D1's behaviour, asked in groups. `expected.json` holds what workerd answers. */
export const GROUPS: Group[] = [
  values,
  results,
  errors,
  batches,
  execs,
  sessions,
  language,
  limits,
  schemaChanges,
];
