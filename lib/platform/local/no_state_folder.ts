import { Failure } from "../../failure.ts";

/** What is said when there is no folder for keys. */
export function noStateFolder(folder: string | null, cause?: unknown): Failure {
  const what = folder === null
    ? "No folder for keys: this machine names no home"
    : `Cannot keep keys in \`${folder}\``;
  return new Failure("config", "NO_STATE_DIR", what, {
    hint: "Set `EDGESPARK_STATE_DIR` to a folder outside the project that only your user may read",
    details: folder === null ? undefined : { folder },
    cause,
  });
}
