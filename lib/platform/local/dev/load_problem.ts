import { MOVE_INTO_HANDLER } from "../../../deploy/app_findings.ts";
import type { DevProblem } from "../../dev.ts";
import type { NotLoaded } from "./app.ts";

/** A place of the project in a mapped stack: `server/src/index.ts:3:14`. */
const PLACE = /(?:^|[\s(])([\w@.-][^\s():]*):(\d+):(\d+)\)?\s*$/;

/** Why new code does not run. @param entry the file to name when no line of the project is known */
export function notLoadedProblem({ code, message, trace }: NotLoaded, entry: string): DevProblem {
  if (code !== "SDK_OUTSIDE_HANDLER") return loadProblem("APP_THREW", message, trace, entry);
  return { ...loadProblem(code, message, trace, entry), hint: MOVE_INTO_HANDLER };
}

/** What was thrown while code of the project ran, with the place of the project's own line. */
export function loadProblem(
  code: string,
  message: string,
  stack: string | null,
  fallback: string | null = null,
): DevProblem {
  const places = (stack ?? "").split("\n").flatMap((line) => {
    const found = PLACE.exec(line);
    return found && found[1] !== "bundle.js" ? [{ file: found[1]!, line: Number(found[2]) }] : [];
  });
  const own = places.find(({ file }) => !file.includes("node_modules/")) ?? places[0];
  return {
    code,
    message,
    file: own?.file ?? fallback,
    line: own?.line ?? null,
    hint: null,
    ...stack && { stack },
  };
}
