import type { Assets } from "./assets.ts";
import type { Browser } from "./browser.ts";
import type { Bundler } from "./bundler.ts";
import type { Clock } from "./clock.ts";
import type { Env } from "./env.ts";
import type { Files } from "./files.ts";
import type { Http } from "./http.ts";
import type { Locks } from "./locks.ts";
import type { Permissions } from "./permissions.ts";
import type { Reentry } from "./reentry.ts";
import type { Streams } from "./streams.ts";
import type { Terminal } from "./terminal.ts";
import type { Tools } from "./tools.ts";

/** The outside world, handed in once by `main.ts`; tests hand in fakes at true borders only. */
export interface System {
  readonly files: Files;
  readonly streams: Streams;
  readonly tools: Tools;
  readonly http: Http;
  readonly clock: Clock;
  readonly terminal: Terminal;
  readonly env: Env;
  readonly browser: Browser;
  readonly assets: Assets;
  readonly bundler: Bundler;
  readonly reentry: Reentry;
  readonly locks: Locks;
  readonly permissions: Permissions;
  /** Aborted by Ctrl-C or a termination signal. */
  readonly signal: AbortSignal;
  /** Ends what still runs and removes temporary files. Called once, last. */
  close(): Promise<void>;
}
