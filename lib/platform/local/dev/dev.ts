import { relative } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import { typeCheck } from "../../../tools/tsc.ts";
import { VERSION } from "../../../version.ts";
import type { DevEvent, DevOptions } from "../../dev.ts";
import { bracketed, writeServerFile } from "../server/server_file.ts";
import { DevApp } from "./app.ts";
import { Applier, NO_SETTINGS } from "./applier.ts";
import { DevBuilds } from "./builds.ts";
import { DevDatabase } from "./dev_database.ts";
import { DevEnvironment } from "./environment.ts";
import { type Front, openFront } from "./front.ts";
import { type DevPaths, devPaths } from "./paths.ts";
import { Reader } from "./reading.ts";
import { Review } from "./review.ts";
import { DevRules } from "./rules.ts";
import { runSeed } from "./seed.ts";
import { ALL_PARTS, type Part, Sources } from "./sources.ts";
import { DevVoice } from "./voice.ts";
import { Watch } from "./watch.ts";

/** How long requests may go on after Ctrl-C, ms; the program itself gives up a little later. */
const DRAIN = 2_000;

/** One run of `dev`: its parts, tied together. */
export class DevRun {
  readonly #paths: DevPaths;
  readonly #builds: DevBuilds;
  readonly #voice: DevVoice;
  readonly #app: DevApp;
  readonly #review: Review;
  readonly #rules: DevRules;
  readonly #sources: Sources;
  readonly #reader: Reader;
  #applier: Applier | null = null;
  #database: DevDatabase | null = null;
  #front: Front | null = null;
  #watch: Watch | null = null;
  #url = "";
  #checking = Promise.resolve();
  /** One change at a time. */
  #queue: Promise<void> = Promise.resolve();
  #waiting: { paths: Set<string>; since: number } | null = null;

  constructor(
    readonly system: System,
    readonly project: Project,
    readonly options: DevOptions,
    readonly tell: (event: DevEvent) => void,
  ) {
    this.#paths = devPaths(project);
    this.#builds = new DevBuilds(system, this.#paths.deployments);
    this.#sources = new Sources(project);
    this.#reader = new Reader(system, project, this.#sources);
    const voice = this.#voice = new DevVoice(system, this.#paths, tell);
    const environment = new DevEnvironment(system, this.#paths, NO_SETTINGS);
    const sinks = {
      log: (lines: Uint8Array) => voice.records(lines),
      noise: (text: string) => voice.noise(text),
    };
    this.#app = new DevApp(
      system,
      project.config,
      this.#paths,
      environment,
      sinks,
      (level, message) => voice.record(level, message),
    );
    this.#review = new Review(
      system,
      (findings) => tell({ event: "review", findings }),
      (text) => voice.noise(text),
    );
    this.#rules = new DevRules(system, project, this.#app, voice, this.#review);
  }

  /** @throws Failure PORT_TAKEN (conflict), LISTEN_FAILED, PORT_INVALID (usage), DEV_START_FAILED */
  async start(): Promise<void> {
    const { system, project } = this;
    await Deno.mkdir(this.#paths.folder, { recursive: true, mode: 0o700 });
    await this.#builds.clear();
    // What takes its time begins at once: the process of the app, and reading.
    const preparing = this.#app.prepare();
    const reading = this.#reader.read(new Set(ALL_PARTS));
    reading.catch(() => {});
    await preparing;
    await this.#app.environment.prepare();
    this.#database = new DevDatabase(this.#paths.data);
    this.#voice.openLog();
    this.#front = await openFront(this.options, this.#rules);
    this.#url = `http://${shownHost(this.options.host)}:${this.#front.port}`;
    const unserved = await this.#rules.startWeb(this.options.web);
    if (unserved) this.#voice.notice("WEB_NOT_SERVED", unserved);
    await this.#app.start().catch((cause) => {
      throw new Failure("failed", "DEV_START_FAILED", `The app process ${cause.message}`, {
        hint: "`.edgespark/dev/server.log` says more",
        cause,
      });
    });
    this.#watch = new Watch((paths, since) => this.#changed(paths, since));
    this.#watch.follow(this.#sources.folders());
    this.#applier = new Applier({
      ...{ system, project, paths: this.#paths, app: this.#app, builds: this.#builds },
      ...{ database: this.#database, voice: this.#voice },
    });
    await this.#apply(await reading, ["first start"], system.clock.now());
    this.#rules.open();
    await this.#seed();
    await this.#ready(this.#front);
    this.#review.go();
  }

  async stop(): Promise<void> {
    this.#watch?.close();
    await this.#review.stop();
    this.#rules.close();
    await this.#app.stop(DRAIN);
    this.#front?.close();
    await this.#reader.forget();
    this.#database?.close();
    this.#voice.close();
    await this.system.files.remove(this.#paths.serverFile);
  }

  /** Takes note of changes; one reading follows them, however many come while another is under way. */
  #changed(paths: string[], since: number): void {
    this.#review.hold();
    if (this.#waiting) {
      for (const path of paths) this.#waiting.paths.add(path);
      return;
    }
    this.#waiting = { paths: new Set(paths), since };
    this.#queue = this.#queue.then(async () => {
      const { paths, since } = this.#waiting!;
      this.#waiting = null;
      await this.#follow([...paths], since);
    }).catch((error) => {
      this.#voice.noise(error instanceof Error ? error.stack ?? error.message : String(error));
      const bug = { code: "BUG", message: String(error), file: null, line: null, hint: null };
      this.#voice.broken([bug], this.#applier!.serving);
    }).finally(() => {
      if (!this.#waiting) this.#review.go();
    });
  }

  async #follow(paths: string[], since: number): Promise<void> {
    const fresh = this.#watch!.follow(this.#sources.folders());
    const parts = new Set<Part>([
      ...paths.flatMap((path) => this.#sources.partsOf(path)),
      ...fresh.flatMap((folder) => this.#sources.partsIn(folder)),
    ]);
    if (parts.size === 0) return;
    if (paths.some((path) => this.#sources.isForAll(path))) await this.#reader.forget();
    await this.#apply(await this.#reader.read(parts), await this.#named(paths), since);
    if (parts.has("seed") || parts.has("schema")) await this.#seed();
  }

  async #apply(
    reading: Awaited<ReturnType<Reader["read"]>>,
    changed: string[],
    since: number,
  ): Promise<void> {
    this.#watch!.follow(this.#sources.folders());
    if (!Array.isArray(reading)) {
      this.#voice.values(reading.values, reading.values.file);
      await this.#configure(reading.config);
    }
    if (!await this.#applier!.apply(reading, changed, since)) return;
    if (!Array.isArray(reading)) this.#review.want(reading.code);
    this.#checkTypes();
  }

  /** The files that count, relative to the project; a temporary one of an editor is gone by now. */
  async #named(paths: string[]): Promise<string[]> {
    const counting = paths.filter((path) => this.#sources.partsOf(path).length > 0);
    const there = await Promise.all(counting.map((path) => this.system.files.info(path)));
    const left = counting.filter((_, index) => there[index] !== null);
    return (left.length > 0 ? left : counting)
      .map((path) => relative(this.project.root, path).replaceAll("\\", "/"));
  }

  /** What the toml says about the app's process counts for a new one. */
  async #configure(config: Project["config"]): Promise<void> {
    const before = this.#app.config;
    if (same(config, before)) return;
    if (config.serverPath !== before.serverPath || !same(config.web, before.web)) {
      this.#voice.notice(
        "RESTART_NEEDED",
        "Where the server or the web part lies has changed: start `edgespark dev` again",
      );
    }
    this.#app.config = config;
    await this.#app.renew();
  }

  async #seed(): Promise<void> {
    if (!this.#applier!.serving) return;
    const event = await runSeed({
      ...{ system: this.system, project: this.project, app: this.#app, builds: this.#builds },
      ...{ database: this.#database!, origin: this.#url },
    });
    if (event) this.tell(event);
  }

  #checkTypes(): void {
    if (!this.options.typecheck) return;
    this.#checking = this.#checking.then(async () => {
      const findings = await typeCheck(this.system, this.project, { required: false });
      this.tell({ event: "types", findings });
    }).catch(() => {});
  }

  async #ready({ host, port }: Front): Promise<void> {
    const { pid } = this.system.env;
    const url = this.#url;
    const startedAt = new Date(this.system.clock.now()).toISOString();
    const info = { pid, host, port, url, socket: "", startedAt, version: VERSION };
    await writeServerFile(this.system, this.#paths, info);
    this.tell({ event: "ready", url, host, port, pid, web: this.#rules.web });
  }
}

/** Loopback and every address are reached as `localhost`. */
function shownHost(host: string | null): string {
  return host === null || host === "0.0.0.0" || host === "::" ? "localhost" : bracketed(host);
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
