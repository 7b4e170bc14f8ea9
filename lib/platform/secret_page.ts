import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { Secrets } from "./platform.ts";
import type { PageAddress } from "./secret_page_address.ts";

/** How secrets are asked for. */
export interface AskOptions {
  keys: string[];
  /** How long to wait for the values, ms; null: not at all. The page stays when the wait ends first. */
  wait: number | null;
  /** How long the page stays open, ms. */
  lifetime: number;
  address: PageAddress;
  /** Called when the page is there and this process waits for it. */
  onPage: (asked: AskedSecrets) => void;
}

/** The names are a contract with scripts. */
export interface AskedSecrets {
  keys: string[];
  state: "pending" | "set" | "expired";
  /** The address to hand to a person; null once it does not work any more. */
  url: string | null;
  /** ISO 8601, UTC. */
  expiresAt: string;
}

/**
 * Asks a person for values on a page. The values go from the browser to the process that serves the
 * page, and are sealed there: they touch no command line, environment, stream, log or file in clear.
 *
 * @throws Failure NO_STATE_DIR (config), SECRET_PAGE_FAILED (failed), PORT_TAKEN (conflict), LISTEN_FAILED
 * (usage), CANCELLED (cancelled)
 */
export async function askForSecrets(
  system: System,
  project: Project,
  secrets: Secrets,
  options: AskOptions,
): Promise<AskedSecrets> {
  const { askOnLocalPage } = await import("./local/secret_page/ask.ts");
  return await askOnLocalPage(system, project, secrets, options);
}
