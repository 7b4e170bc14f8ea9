import type { PageAddress } from "../../secret_page_address.ts";
import { openControl } from "../control/store.ts";
import { localSecrets } from "../secrets.ts";
import type { PageJob } from "./handler.ts";
import { servePage } from "./serve.ts";

/** What the starting command hands over on stdin. No secret is in it. */
export interface PageOrder extends Omit<PageJob, "expiresAt"> {
  /** ms; counted from when the page is there. */
  lifetime: number;
  address: PageAddress;
  controlFile: string;
  stateFolder: string | null;
}

/** The lines that the page's process says on stdout, in this order. */
export type PageWord =
  | { url: string; expiresAt: number }
  | { refused: "taken" | "denied" | "address" }
  | { outcome: "set" | "expired" };

/**
 * The role `__secret-page`: serves one page. It makes the token itself, so that no command line holds
 * it, and alone has the values before they are sealed: the command that waits learns only the outcome.
 */
export async function runSecretPageRole(_args: string[]): Promise<void> {
  // From source these were never granted; a compiled program has them until here.
  for (const name of ["run", "env", "sys", "ffi"] as const) Deno.permissions.revokeSync({ name });
  const order: PageOrder = JSON.parse(await new Response(Deno.stdin.readable).text());
  const clock = { now: () => Date.now(), sleep };
  const control = openControl(order.controlFile);
  const secrets = localSecrets(control, order.stateFolder, clock);
  const expiresAt = clock.now() + order.lifetime;
  try {
    const store = (values: Record<string, string>) => secrets.seal(values);
    const page = servePage({ ...order, expiresAt }, order.address, store, clock);
    await tell({ url: page.url, expiresAt });
    const outcome = await page.outcome;
    control.close();
    await tell({ outcome });
    await page.closed;
  } catch (error) {
    const refused = refusal(error);
    if (refused === null) throw error;
    await tell({ refused });
  } finally {
    control.close();
  }
}

/** Nobody may be there any more to be told. */
async function tell(word: PageWord): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(word) + "\n")).catch(() => {});
}

function refusal(error: unknown): Extract<PageWord, { refused: string }>["refused"] | null {
  if (error instanceof Deno.errors.AddrInUse) return "taken";
  if (error instanceof Deno.errors.PermissionDenied) return "denied";
  return error instanceof Deno.errors.AddrNotAvailable ? "address" : null;
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
