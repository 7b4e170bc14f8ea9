import { dirname, join } from "@std/path";
import type { DevEvent } from "../../../../../lib/platform/dev.ts";
import { ROOT } from "../../../../support/fixtures.ts";

/** How long anything may take on a slow machine, ms: a test that waits so long has failed. */
const PATIENCE = 90_000;

/** A project in a temp folder, and `dev` run in it as people run it. */
export class DevWorld {
  readonly root: string;
  #children: DevProcess[] = [];

  private constructor(readonly folder: string) {
    this.root = join(folder, "project");
  }

  static async make(files: Record<string, string>, toml = ""): Promise<DevWorld> {
    const world = new DevWorld(await Deno.makeTempDir({ prefix: "edgespark-dev-" }));
    await world.write({ "edgespark.toml": toml, ...files });
    return world;
  }

  /** Writes files of the project, one after the other, each at once as an editor does that renames. */
  async write(files: Record<string, string>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      const target = join(this.root, path);
      await Deno.mkdir(dirname(target), { recursive: true });
      const temp = `${target}.tmp`;
      await Deno.writeTextFile(temp, text);
      await Deno.rename(temp, target);
    }
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** Starts `dev --json` and what else is asked for. */
  start(...words: string[]): DevProcess {
    const child = new DevProcess(this, ["dev", "--json", ...words]);
    this.#children.push(child);
    return child;
  }

  /** Starts `dev` and waits until it answers. */
  async ready(...words: string[]): Promise<DevProcess> {
    const child = this.start(...words);
    child.url = (await child.next("ready")).url;
    return child;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#children) await child.end();
    await Deno.remove(this.folder, { recursive: true });
  }
}

type Kind = DevEvent["event"];
type Of<K extends Kind> = Extract<DevEvent, { event: K }>;

/** A running `dev`. */
export class DevProcess {
  url = "";
  /** What it said on stderr. */
  said = "";
  readonly events: DevEvent[] = [];
  readonly pid: number;
  readonly status: Promise<Deno.CommandStatus>;
  readonly #child: Deno.ChildProcess;
  /** What comes before is history. */
  #seen = 0;
  #wake = Promise.withResolvers<void>();
  #over = false;

  constructor(world: DevWorld, words: string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", join(ROOT, "main.ts"), ...words],
      cwd: world.root,
      env: { NO_COLOR: "1", EDGESPARK_STATE_DIR: join(world.folder, "state") },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.pid = this.#child.pid;
    this.#read();
    const heard = this.#readWords();
    this.status = this.#child.status.then(async (status) => (await heard, status));
  }

  /** The next event of a kind that came after the last one that was asked for. */
  async next<K extends Kind>(
    kind: K,
    fits: (event: Of<K>) => boolean = () => true,
  ): Promise<Of<K>> {
    const deadline = Date.now() + PATIENCE;
    for (;;) {
      for (; this.#seen < this.events.length;) {
        const event = this.events[this.#seen++]!;
        if (event.event === kind && fits(event as Of<K>)) return event as Of<K>;
      }
      if (this.#over) throw new Error(`It ended without \`${kind}\`: ${this.said}`);
      const timer = setTimeout(() => this.#wake.resolve(), Math.max(0, deadline - Date.now()));
      await this.#wake.promise;
      clearTimeout(timer);
      if (Date.now() >= deadline) {
        throw new Error(
          `No \`${kind}\` came: ${JSON.stringify(this.events.slice(-5))} ${this.said}`,
        );
      }
    }
  }

  async get(path: string, init?: RequestInit): Promise<Response> {
    return await fetch(this.url + path, init);
  }

  async text(path: string): Promise<string> {
    return await (await this.get(path)).text();
  }

  kill(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  async end(): Promise<Deno.CommandStatus> {
    try {
      this.kill("SIGINT");
    } catch {
      // It has ended.
    }
    return await this.status;
  }

  async #read(): Promise<void> {
    let rest = "";
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stdout) {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
      rest = lines.pop()!;
      this.events.push(...lines.map((line) => JSON.parse(line)));
      this.#notify();
    }
    await this.status;
    this.#over = true;
    this.#notify();
  }

  async #readWords(): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of this.#child.stderr) this.said += decoder.decode(chunk);
  }

  #notify(): void {
    this.#wake.resolve();
    this.#wake = Promise.withResolvers();
  }
}

/** An app with one public route that answers a text. */
export function answering(text: string): string {
  return `import { Hono } from "hono";
const app = new Hono();
app.get("/api/public/x", (c) => c.text(${JSON.stringify(text)}));
export default app;
`;
}

/** A schema file with these tables, as drizzle declares them. */
export function schema(tables: string): string {
  return `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";\n${tables}\n`;
}

/** A barrel over the schema. */
export const BARREL =
  'import * as tables from "./db_schema";\nexport * from "./db_schema";\nexport const drizzleSchema = { ...tables };\n';
