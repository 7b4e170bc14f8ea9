import { openControl } from "../control/store.ts";
import { localSecrets } from "../secrets.ts";
import type { PageJob } from "./handler.ts";
import { servePage } from "./serve.ts";

/** What the starting command hands over on stdin. No secret is in it. */
export interface PageOrder extends PageJob {
  controlFile: string;
  stateFolder: string | null;
}

/**
 * The role `__secret-page`: serves one page in the background. It makes the token itself, so that no
 * command line holds it, and says the address as its only line on stdout.
 */
export async function runSecretPageRole(_args: string[]): Promise<void> {
  // From source these were never granted; a compiled program has them until here.
  for (const name of ["run", "env", "sys", "ffi"] as const) Deno.permissions.revokeSync({ name });
  const order: PageOrder = JSON.parse(await new Response(Deno.stdin.readable).text());
  const clock = { now: () => Date.now(), sleep };
  const control = openControl(order.controlFile);
  try {
    const secrets = localSecrets(control, order.stateFolder, clock);
    const page = servePage(order, (values) => secrets.seal(values), clock);
    await Deno.stdout.write(new TextEncoder().encode(JSON.stringify({ url: page.url }) + "\n"));
    await page.done;
  } finally {
    control.close();
  }
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    }, { once: true });
  });
}
