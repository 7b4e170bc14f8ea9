import { dirname, join } from "@std/path";
import type { System } from "../../../ports/system.ts";
import type { RunningTool, ToolCommand } from "../../../ports/tools.ts";
import type { Project } from "../../../project/project.ts";

/** Delays before Vite is started again, ms; the last one stays. */
const DELAYS = [200, 1_000, 3_000, 10_000, 30_000];
/** One that lived this long has earned a quick start again, ms. */
const HEALTHY = 30_000;

/** How this project's Vite is run here, or why it is not. */
export async function viteCommand(
  system: System,
  project: Project,
): Promise<ToolCommand | { missing: string; fix: string }> {
  const { root } = project.web!;
  const path = project.config.web!.path;
  if (!await hasVite(system, project)) {
    return { missing: `Vite is not installed in \`${path}\``, fix: `cd ${path} && npm install` };
  }
  const host = await system.assets.file("vite_host.js");
  const command = { cwd: root, env: { NO_COLOR: "1" } };
  const node = await system.tools.find("node");
  if (node) return { ...command, program: node, args: [host, root] };
  if (!system.reentry.compiled) {
    const { program } = system.reentry.command("sandbox", {}, []);
    return { ...command, program, args: ["run", "-A", "--no-config", "--no-lock", host, root] };
  }
  return { missing: "Node, which runs Vite, is not on PATH", fix: "Install Node" };
}

/** Keeps the project's Vite running; its end ends nothing else. */
export class Vite {
  /** Where it answers, on loopback; null: it does not. */
  port: number | null = null;
  #tool: RunningTool | null = null;
  #up = Promise.withResolvers<void>();
  #stopped = false;

  /** @param say gets its words, line by line */
  constructor(
    readonly system: System,
    readonly command: ToolCommand,
    readonly say: (text: string) => void,
  ) {}

  /** Resolves when it answers. */
  get up(): Promise<void> {
    return this.#up.promise;
  }

  start(): void {
    this.#keep();
  }

  stop(): void {
    this.#stopped = true;
    this.#tool?.kill();
  }

  async #keep(): Promise<void> {
    const { clock } = this.system;
    for (let attempt = 0; !this.#stopped; attempt++) {
      const since = clock.now();
      const how = await this.#runOnce();
      this.port = null;
      this.#up = Promise.withResolvers();
      if (this.#stopped) return;
      if (clock.now() - since > HEALTHY) attempt = 0;
      const delay = DELAYS[Math.min(attempt, DELAYS.length - 1)]!;
      this.say(`Vite ${how}; it is started again in ${delay / 1000} s`);
      await clock.sleep(delay, this.system.signal).catch(() => {});
    }
  }

  async #runOnce(): Promise<string> {
    try {
      this.#tool = this.system.tools.start(this.command, (line) => this.#hear(line));
      return await this.#tool.ended;
    } catch (error) {
      return `cannot be started: ${error instanceof Error ? error.message : error}`;
    }
  }

  #hear(line: string): void {
    const port = this.port === null ? /^\{"port":(\d+)\}$/.exec(line)?.[1] : undefined;
    if (port === undefined) {
      if (line.trim() !== "") this.say(line);
      return;
    }
    this.port = Number(port);
    this.#up.resolve();
  }
}

/** Beside the web part or, in a workspace, above it. */
async function hasVite(system: System, project: Project): Promise<boolean> {
  for (let folder = project.web!.root;; folder = dirname(folder)) {
    const manifest = join(folder, "node_modules", "vite", "package.json");
    if (await system.files.info(manifest)) return true;
    if (folder === project.root || folder === dirname(folder)) return false;
  }
}
