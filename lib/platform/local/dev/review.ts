import type { AppBundle } from "../../../bundle/app_bundle.ts";
import { analyseRoutes, openRoutesBox } from "../../../bundle/routes.ts";
import { appFindings } from "../../../deploy/app_findings.ts";
import { failureFindings } from "../../../deploy/failure_findings.ts";
import type { Finding } from "../../../finding.ts";
import type { System } from "../../../ports/system.ts";

/** How long nothing was saved before code is looked at, ms: the next save is not to wait for it. */
const QUIET = 500;

/** Looks at the code that answers as `deploy` will, in the background: what runs here may be refused there. */
export class Review {
  /** What a deploy would refuse of the code that was looked at last. */
  warnings: Finding[] = [];
  #wanted: AppBundle | null = null;
  #done = "";
  #run: AbortController | null = null;
  #ended: Promise<void> = Promise.resolve();

  /**
   * @param tell gets what is new: each thing once, as long as it stays
   * @param noise hears what went wrong with the looking itself
   */
  constructor(
    readonly system: System,
    readonly tell: (findings: Finding[]) => void,
    readonly noise: (text: string) => void,
  ) {}

  /** This code answers now. */
  want(bundle: AppBundle): void {
    this.#wanted = bundle;
  }

  /** Something was saved: that comes first. */
  hold(): void {
    this.#run?.abort();
    this.#run = null;
  }

  /** Nothing else is to be done: looks at the code that is wanted, unless that was done. */
  go(): void {
    const bundle = this.#wanted;
    if (this.#run || !bundle || bundle.digest === this.#done) return;
    const run = this.#run = new AbortController();
    this.#ended = this.#look(bundle, run.signal).catch((error) => {
      const over = run.signal.aborted || this.system.signal.aborted;
      if (!over) this.noise(`The code could not be looked at: ${error}`);
    }).finally(() => {
      if (this.#run === run) this.#run = null;
    });
  }

  async stop(): Promise<void> {
    this.hold();
    this.#wanted = null;
    await this.#ended;
  }

  async #look(bundle: AppBundle, signal: AbortSignal): Promise<void> {
    await this.system.clock.sleep(QUIET, signal);
    const box = openRoutesBox(this.system);
    signal.addEventListener("abort", () => box.close());
    const findings = await analyseRoutes(this.system, bundle, box)
      .then((shape) => appFindings(shape, bundle.entry), failureFindings);
    if (signal.aborted) return;
    this.#done = bundle.digest;
    const before = new Set(this.warnings.map(textOf));
    this.warnings = findings.filter(({ severity }) => severity === "error")
      .map((finding) => ({ ...finding, severity: "warning" }));
    const fresh = this.warnings.filter((finding) => !before.has(textOf(finding)));
    if (fresh.length > 0) this.tell(fresh);
  }
}

/** A line that moved is no news. */
function textOf({ code, file, message }: Finding): string {
  return JSON.stringify([code, file, message]);
}
