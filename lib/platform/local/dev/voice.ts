import type { System } from "../../../ports/system.ts";
import type { DevEvent, DevProblem } from "../../dev.ts";
import type { LogRecord } from "../../platform.ts";
import { LogWriter } from "../log_writer.ts";
import { ServerLog } from "../server/server_log.ts";
import type { DevPaths } from "./paths.ts";
import type { DevValues } from "./values.ts";

/** What `dev` says, and what it has said: nothing twice. */
export class DevVoice {
  /** Why the latest change does not run; empty: it runs. */
  problems: DevProblem[] = [];
  #told = "";
  #missing = "";
  #log: LogWriter | null = null;
  readonly #words: ServerLog;
  readonly #listeners: ((record: LogRecord) => void)[] = [];

  constructor(
    readonly system: System,
    paths: DevPaths,
    readonly tell: (event: DevEvent) => void,
  ) {
    this.#words = new ServerLog(paths.serverLog);
    this.openLog = () => void (this.#log ??= new LogWriter(paths.logs));
  }

  /** From now on records are kept on disk. */
  readonly openLog: () => void;

  /** Hands every record of the app to somebody else too. */
  listen(listener: (record: LogRecord) => void): void {
    this.#listeners.push(listener);
  }

  /** A problem is told once, however often a file is saved with it. */
  broken(problems: DevProblem[], serving: boolean): void {
    this.problems = problems;
    const told = JSON.stringify(problems);
    if (told === this.#told) return;
    this.#told = told;
    this.tell({ event: "problem", problems, serving });
  }

  /** The project is as it should be. */
  good(): void {
    this.problems = [];
    this.#told = "";
  }

  notice(code: string, message: string): void {
    this.tell({ event: "notice", code, message });
  }

  /** What is wrong with the values, once for each state of them. @param file where they belong */
  values({ unset, undeclared, findings }: DevValues, file: string): void {
    const missing = JSON.stringify([unset, undeclared, findings]);
    if (missing === this.#missing) return;
    this.#missing = missing;
    for (const { code, message, file, line } of findings) {
      this.notice(code, `${file}:${line}: ${message}`);
    }
    if (unset.length > 0) {
      const keys = unset.join(", ");
      this.notice("ENV_UNSET", `Declared keys without a value in \`${file}\`: ${keys}`);
    }
    if (undeclared.length > 0) {
      const keys = undeclared.join(", ");
      this.notice(
        "ENV_UNDECLARED",
        `\`defs/runtime.ts\` does not declare ${keys}: not given to the app`,
      );
    }
  }

  /** Records of the app, whole lines of NDJSON. */
  records(lines: Uint8Array): void {
    this.#log?.append(lines);
    for (const line of new TextDecoder().decode(lines).split("\n")) {
      if (line === "") continue;
      const record: LogRecord = JSON.parse(line);
      for (const listener of this.#listeners) listener(record);
      this.tell({ event: "log", record });
    }
  }

  /** What happened to the process of the app. */
  record(level: "system" | "error", message: string): void {
    this.noise(message);
    const time = new Date(this.system.clock.now()).toISOString();
    const record: LogRecord = { time, level, requestId: null, message };
    this.#log?.record(record);
    this.tell({ event: "log", record });
  }

  /** Words for `server.log` alone. */
  noise(text: string): void {
    this.#words.write(text);
  }

  close(): void {
    this.#log?.close();
  }
}
