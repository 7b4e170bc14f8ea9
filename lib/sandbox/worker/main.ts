/**
 * The Worker of the sandbox: takes one job, evaluates one module, answers once.
 *
 * It is prebuilt with drizzle-orm inside, because evaluated modules find drizzle-orm in
 * `globalThis.__edgespark_modules` and because the snapshot of a schema is made in here.
 */
import { base64 } from "../../base64.ts";
import { readBuckets } from "./buckets.ts";
import { captureConsole } from "./console.ts";
import { describeFault, userFrames } from "./fault.ts";
import { harden, hideDeno } from "./harden.ts";
import type { Job, JobAnswer } from "./job.ts";
import { loadApp } from "./load_app.ts";
import { drizzleModules } from "./modules.ts";
import { readSchema } from "./schema.ts";

type Exports = Record<string, unknown>;

const answer = self.postMessage.bind(self) as (value: unknown) => void;

const { stringify } = JSON;

/** What is read of the module at an address. */
const READERS: Record<Job["kind"], (url: string) => Promise<unknown>> = {
  schema: async (url) => readSchema(await import(url) as Exports),
  buckets: async (url) => readBuckets(await import(url) as Exports),
  routes: loadApp,
};

// All that can be done before the job comes is done now: the parent still bundles meanwhile.
const words = captureConsole();
Object.assign(globalThis, {
  __edgespark_modules: drizzleModules,
  __edgespark_at: (file: string) => answer({ kind: "progress", file }),
});
harden();
// Work that a module starts and does not wait for is not part of what it declares.
for (const name of ["unhandledrejection", "error"] as const) {
  self.addEventListener(name, (event) => {
    event.preventDefault();
    console.error("reason" in event ? event.reason : (event as ErrorEvent).error);
  });
}

self.onmessage = async ({ data }: MessageEvent<string>) => {
  self.onmessage = null;
  answer(asText(await evaluate(JSON.parse(data) as Job)));
};

function asText(value: JobAnswer): string {
  try {
    return stringify(value);
  } catch (error) {
    return stringify({ ok: false, fault: describeFault(error), words });
  }
}

async function evaluate(job: Job): Promise<JobAnswer> {
  const url = `data:text/javascript;base64,${base64(job.code)}`;
  userFrames(url);
  try {
    await hideDeno(job.builtins);
    return { ok: true, value: await READERS[job.kind](url), words };
  } catch (error) {
    return { ok: false, fault: describeFault(error), words };
  }
}
