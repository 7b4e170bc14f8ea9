import { ValidationError } from "@cliffy/command";
import { isAbsolute, join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import type { Platform } from "../platform/platform.ts";
import type { Project } from "../project/project.ts";
import type { Cli } from "./cli.ts";
import { EXIT, EXIT_BUG } from "./exits.ts";
import { type Globals, readGlobals } from "./globals.ts";
import { renderHelp } from "./help.ts";
import { type Bug, Output } from "./output.ts";
import { buildTree, type CommandTree, findCommand } from "./tree.ts";
import { VERSION } from "../version.ts";

/** How long a command may take to tidy up after Ctrl-C, ms, unless it asks for more. */
const GRACE = 3000;

/** What a command may change of its own run. */
interface Course {
  grace: number;
}

/** Arguments in, exit code out. Nothing else in the program decides an exit code or prints an error. */
export async function run(args: string[], system: System, tree: CommandTree): Promise<number> {
  const globals = readGlobals(args);
  const output = new Output(system.terminal, globals);
  const course: Course = { grace: GRACE };
  const { cli, found, close } = createCli(system, globals, output, course);
  const ends: Promise<() => Promise<void>>[] = [];
  try {
    await interruptible(execute(args, globals, tree, cli, output, ends), system, course);
    await hintAtStale(system, globals, found(), cli);
    return output.exitCode;
  } catch (error) {
    const failure = asFailure(error, system.signal);
    output.failure(failure);
    return failure.kind === "bug" ? EXIT_BUG : EXIT[failure.kind];
  } finally {
    close();
    for (const end of ends) await (await end)();
    await system.close();
  }
}

async function execute(
  args: string[],
  globals: Globals,
  tree: CommandTree,
  cli: Cli,
  output: Output,
  ends: Promise<() => Promise<void>>[],
): Promise<void> {
  if (globals.version && globals.words.length === 0) return output.raw(VERSION);
  const askedForHelp = globals.words[0] === "help";
  const words = askedForHelp ? globals.words.slice(1) : globals.words;
  const found = findCommand(tree, words);
  if (found.entry.evaluates && !globals.help && !askedForHelp) ends.push(startSandbox(cli.system));
  const { root, command } = await buildTree(tree, found, cli);
  if (globals.help || askedForHelp || !found.entry.load) return output.raw(renderHelp(command));
  await root.parse(args);
}

/** Starts the sandbox while the command is still loaded; the answer ends it, should nobody have used it. */
async function startSandbox(system: System): Promise<() => Promise<void>> {
  const { endEarly, startEarly } = await import("../sandbox/early.ts");
  startEarly(system);
  return () => endEarly(system);
}

/** Lets a command end by itself after an interrupt, for a short while, so that it can tidy up. */
async function interruptible(
  work: Promise<void>,
  system: System,
  course: Course,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const gaveUp = new Promise<never>((_, reject) => {
    system.signal.addEventListener("abort", () => {
      timer = setTimeout(() => reject(system.signal.reason), course.grace);
    });
  });
  try {
    await Promise.race([work, gaveUp]);
  } finally {
    clearTimeout(timer);
  }
}

function createCli(
  system: System,
  globals: Globals,
  output: Output,
  course: Course,
): { cli: Cli; found: () => Promise<Project> | undefined; close: () => void } {
  let project: Promise<Project> | undefined;
  let platform: Promise<Platform> | undefined;
  let opened: Platform | undefined;
  const cli: Cli = {
    system,
    json: globals.json,
    interactive: system.terminal.interactive && !globals.json,
    project: (folders = []) => project ??= findProject(system, globals.project, folders),
    platform: () =>
      platform ??= (async () => {
        const { openPlatform } = await import("../platform/open.ts");
        return opened = await openPlatform(system, await cli.project());
      })(),
    patience: (ms) => void (course.grace = ms),
    print: (value, text, options) => output.print(value, text, options),
    line: (value, text) => output.line(value, text),
    step: (text) => output.step(text),
    hint: (text) => output.hint(text),
    warn: (code, text) => output.warn(code, text),
  };
  return { cli, found: () => project, close: () => opened?.close() };
}

/** Says in one line that something generated is stale, after a command that has looked at the project. */
async function hintAtStale(
  system: System,
  { words, json, quiet }: Globals,
  project: Promise<Project> | undefined,
  cli: Cli,
): Promise<void> {
  if (!project || json || quiet || system.signal.aborted) return;
  const { staleHint } = await import("./stale_hint.ts");
  const hint = await staleHint(system, await project, words);
  if (hint) cli.hint(hint);
}

/** Finds the project and gives up all access outside it before anything of it is used. */
async function findProject(
  system: System,
  dir: string | undefined,
  folders: string[],
): Promise<Project> {
  const folder = dir === undefined || isAbsolute(dir) ? dir : join(system.env.cwd, dir);
  const [{ openProject }, { assertCurrentLayout }] = await Promise.all([
    import("../project/project.ts"),
    import("../project/layout.ts"),
  ]);
  const project = await openProject(system, folder);
  system.permissions.narrow([project.root, ...folders]);
  await assertCurrentLayout(system, project);
  return project;
}

function asFailure(error: unknown, signal: AbortSignal): Failure | Bug {
  if (error instanceof Failure) return error;
  if (signal.aborted || (error instanceof Error && error.name === "PromptCancelled")) {
    return new Failure("cancelled", "CANCELLED", "Cancelled");
  }
  if (error instanceof ValidationError) {
    const [message, ...rest] = error.message.split(/(?=Did you mean )/);
    return new Failure("usage", "USAGE", message!.trim().replace(/\.$/, "").replaceAll('"', "`"), {
      hint: rest.join("").replaceAll('"', "`").trim() ||
        "Run the command with `--help` to see how it is called",
      cause: error,
    });
  }
  const stack = error instanceof Error ? error.stack ?? error.message : String(error);
  return {
    kind: "bug",
    code: "BUG",
    message: `This is a bug in edgespark: ${
      error instanceof Error ? error.message : String(error)
    }`,
    hint: "Please report it with the lines above",
    details: { lines: stack.split("\n").slice(1, 8).map((line) => line.trim()), version: VERSION },
  };
}
