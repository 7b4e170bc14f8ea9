import { Failure } from "../../../failure.ts";

/** The server or its app did not come up. */
export function startFailed(reason: string): Failure {
  return new Failure(
    "failed",
    "SERVER_START_FAILED",
    `The local server does not start: ${reason}`,
    {
      hint: "`.edgespark/local/server.log` says more",
    },
  );
}

/**
 * New code did not load; the old goes on.
 *
 * @param ended it took the app's process down, which is started again with the old code
 */
export function deployFailed(
  id: string,
  reason: string,
  { stack = null, ended = false }: { stack?: string | null; ended?: boolean } = {},
): Failure {
  return new Failure(
    "failed",
    "DEPLOYMENT_FAILED",
    `The new deployment does not start: ${reason}`,
    {
      hint: ended
        ? "The app's process was ended and is started again as it was, requests of that moment failed; correct the code and run `edgespark deploy` again"
        : "The app runs on as it was; correct the code and run `edgespark deploy` again",
      details: { deploymentId: id, ...(stack ? { stack } : {}) },
    },
  );
}
