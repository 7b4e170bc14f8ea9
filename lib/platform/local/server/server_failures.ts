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

/** New code did not load; the old goes on. */
export function deployFailed(id: string, reason: string, stack: string | null): Failure {
  return new Failure(
    "failed",
    "DEPLOYMENT_FAILED",
    `The new deployment does not start: ${reason}`,
    {
      hint: "The app runs on as it was; correct the code and run `edgespark deploy` again",
      details: { deploymentId: id, ...(stack ? { stack } : {}) },
    },
  );
}
