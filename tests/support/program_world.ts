import { openControl } from "../../lib/platform/local/control/store.ts";
import { localPaths } from "../../lib/platform/local/paths.ts";
import { unsealAll } from "../../lib/platform/local/sealing.ts";
import { openProject } from "../../lib/project/project.ts";
import { ROOT } from "./fixtures.ts";
import { testSystem } from "./system.ts";

/** What `secret set --json` answers. */
export interface Asked {
  keys: string[];
  state: string;
  url: string;
  expiresAt: string;
}

/** A project in a folder of its own, and the real program run in it. */
export class ProgramWorld {
  readonly cwd: string;
  readonly state: string;
  /** Variables of the program, besides the state folder. */
  readonly env: Record<string, string> = { NO_COLOR: "1" };
  readonly #children: Deno.ChildProcess[] = [];

  private constructor(readonly root: string) {
    this.cwd = `${root}/corner-shop`;
    this.state = `${root}/state`;
  }

  static async make(secrets: string[]): Promise<ProgramWorld> {
    const world = new ProgramWorld(await Deno.makeTempDir({ prefix: "edgespark-browser-" }));
    await Deno.mkdir(`${world.cwd}/server/src/defs`, { recursive: true });
    await Deno.writeTextFile(`${world.cwd}/edgespark.toml`, "");
    await Deno.writeTextFile(
      `${world.cwd}/server/src/defs/runtime.ts`,
      `export type SecretKey = ${secrets.map((key) => JSON.stringify(key)).join(" | ")};\n`,
    );
    return world;
  }

  /** Starts a sentence; what still runs at the end is ended. */
  start(...words: string[]): Deno.ChildProcess {
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", `${ROOT}/main.ts`, ...words],
      cwd: this.cwd,
      env: { ...this.env, EDGESPARK_STATE_DIR: this.state },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#children.push(child);
    return child;
  }

  async say(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    const { code, stdout, stderr } = await this.start(...words).output();
    const decoder = new TextDecoder();
    return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
  }

  /** Asks for secrets in the background, as an agent does. */
  async ask(...words: string[]): Promise<Asked> {
    const { code, out, err } = await this.say("secret", "set", ...words, "--json");
    if (code !== 0) throw new Error(`secret set ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  /** Every stored value, opened with the key of this world. */
  async values(): Promise<Record<string, string>> {
    const project = await openProject(testSystem({ cwd: this.cwd }), undefined);
    const control = openControl(localPaths(project).control);
    try {
      return await unsealAll(this.state, control);
    } finally {
      control.close();
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.say("stop");
    for (const child of this.#children) {
      try {
        child.kill("SIGINT");
      } catch {
        // It has ended.
      }
    }
    for (const pid of await this.pages()) Deno.kill(pid, "SIGKILL");
    await Deno.remove(this.root, { recursive: true });
  }

  /** Process ids of pages that this world started (Linux). */
  async pages(): Promise<number[]> {
    const found: number[] = [];
    if (Deno.build.os !== "linux") return found;
    for await (const { name } of Deno.readDir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
      if (line.includes("__secret-page") && line.includes(this.root)) found.push(Number(name));
    }
    return found;
  }
}
