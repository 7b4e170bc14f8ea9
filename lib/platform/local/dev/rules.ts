import type http from "node:http";
import { pathKind } from "../../../runtime/paths.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import type { DevProblem, DevWeb } from "../../dev.ts";
import { createAssets } from "../app/assets.ts";
import type { DevApp } from "./app.ts";
import { AutoVerify, json } from "./auto_verify.ts";
import type { FrontRules } from "./front.ts";
import { at, hintPage, problemPage } from "./pages.ts";
import type { Backend } from "./proxy.ts";
import type { Review } from "./review.ts";
import { Vite, viteCommand } from "./vite.ts";
import type { DevVoice } from "./voice.ts";

/** In every answer of the app while a later change does not run. */
const PROBLEM_HEADER = "x-edgespark-dev-problem";

/** Who answers what at the one address of `dev`. */
export class DevRules implements FrontRules {
  web: DevWeb = "none";
  readonly #mails = new AutoVerify();
  #vite: Vite | null = null;
  #hint = "This project has no web part: there is nothing outside of `/api`";
  readonly #opened = Promise.withResolvers<void>();

  constructor(
    readonly system: System,
    readonly project: Project,
    readonly app: DevApp,
    readonly voice: DevVoice,
    readonly review: Review,
  ) {
    voice.listen((record) => this.#mails.hear(record));
  }

  /** Starts what answers for pages. @returns why nothing does; null: something does, or nothing should */
  async startWeb(wanted: boolean): Promise<string | null> {
    const { web, config } = this.project;
    if (!web) return null;
    const built = await this.system.files.info(web.output) !== null;
    if (built) this.web = "build";
    const path = config.web!.path;
    this.#hint = `There is no build in \`${
      config.web!.outputPath
    }\`: run \`cd ${path} && npm run build\``;
    if (!wanted) return null;
    const command = await viteCommand(this.system, this.project);
    if ("missing" in command) {
      this.#hint = `${command.missing}: run \`${command.fix}\`, then start \`edgespark dev\` again`;
      return built ? `${command.missing}; the last build is served` : this.#hint;
    }
    this.#vite = new Vite(this.system, command, (text) => this.voice.tell({ event: "web", text }));
    this.#vite.start();
    this.web = "vite";
    return null;
  }

  /** The first reading is through: requests that came before it go on. */
  open(): void {
    this.#opened.resolve();
  }

  close(): void {
    this.#vite?.stop();
    this.#opened.resolve();
  }

  async backend(request: http.IncomingMessage): Promise<Backend | null> {
    const path = pathOf(request);
    if (pathKind(path) === "asset") {
      const navigates = isNavigation(request) && this.voice.problems.length > 0;
      if (!this.#vite || navigates) return null;
      await this.#vite.up;
      const port = this.#vite.port;
      return port === null ? null : { port, headers: {} };
    }
    if (path.startsWith("/api/_es/dev/")) return null;
    await this.#opened.promise;
    const broken = this.voice.problems.length > 0;
    const nothing = this.app.environment.build === null;
    if (broken && !isPlatform(path) && (nothing || isNavigation(request))) return null;
    return await this.#appBackend();
  }

  async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const path = pathOf(request);
    if (path === "/api/_es/dev/status") return json(response, 200, this.#status());
    if (path === "/api/_es/dev/auto-verify" && !isForeign(request)) {
      return await this.#mails.answer(request, response, await this.#appBackend());
    }
    if (path.startsWith("/api/_es/dev/")) {
      return json(response, 404, {
        error: { code: "NOT_FOUND", message: "There is nothing at this path" },
      });
    }
    if (this.voice.problems.length > 0 && (isNavigation(request) || pathKind(path) !== "asset")) {
      return this.#answerProblem(request, response);
    }
    await this.#answerPage(request, response, path);
  }

  #answerProblem(request: http.IncomingMessage, response: http.ServerResponse): void {
    if (isNavigation(request)) return html(response, 500, problemPage(this.voice.problems));
    const [{ code, message, file, line }] = this.voice.problems as [DevProblem];
    json(response, 500, { error: { code, message, file, line, problems: this.voice.problems } });
  }

  async #answerPage(
    request: http.IncomingMessage,
    response: http.ServerResponse,
    path: string,
  ): Promise<void> {
    const { web } = this.project;
    if (web && await this.system.files.info(web.output)) {
      const url = new URL(path, "http://localhost");
      const files = await createAssets(web.output, true);
      return await send(response, await files(asRequest(request, url), url.pathname));
    }
    html(response, 404, hintPage("There is no page here", [this.#hint]));
  }

  async #appBackend(): Promise<Backend> {
    for (;;) {
      await this.app.up;
      const { port } = this.app;
      if (port === null) continue;
      const [problem] = this.voice.problems;
      const headers: Record<string, string> = problem
        ? { [PROBLEM_HEADER]: headerText(problem) }
        : {};
      return { port, headers };
    }
  }

  #status() {
    return {
      ok: this.voice.problems.length === 0,
      problems: this.voice.problems,
      warnings: this.review.warnings,
      deploymentId: this.app.environment.build,
      web: this.web,
    };
  }
}

/** The path as the runtime judges it. */
function pathOf(request: http.IncomingMessage): string {
  return URL.parse(request.url ?? "/", "http://localhost")?.pathname ?? "/";
}

/** What works without the project's code: signing in, presigned URLs, health. */
function isPlatform(path: string): boolean {
  return ["auth", "storage", "health"].includes(pathKind(path));
}

/** A person opens an address in a browser; code asks otherwise. */
function isNavigation({ method, headers }: http.IncomingMessage): boolean {
  if (method !== "GET" || headers.upgrade !== undefined) return false;
  const mode = headers["sec-fetch-mode"];
  if (mode !== undefined) return mode === "navigate";
  return headers.accept?.includes("text/html") ?? false;
}

/** `SYNTAX_ERROR server/src/index.ts:3`. */
function headerText({ code, file, line }: DevProblem): string {
  const text = file === null ? code : `${code} ${at(file, line)}`;
  return text.replace(/[^ -~]/g, "?");
}

/** A page of another site asks, in the browser of whoever develops. */
function isForeign({ headers }: http.IncomingMessage): boolean {
  return headers["sec-fetch-site"] === "cross-site";
}

function html(response: http.ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
  });
  response.end(text);
}

function asRequest({ method, headers }: http.IncomingMessage, url: URL): Request {
  const known = headers["if-none-match"];
  return new Request(url, { method, headers: known ? { "if-none-match": known } : {} });
}

async function send(response: http.ServerResponse, answer: Response): Promise<void> {
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  for await (const chunk of answer.body ?? []) response.write(chunk);
  response.end();
}
