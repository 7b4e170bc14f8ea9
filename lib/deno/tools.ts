import { join } from "@std/path";
import { Failure } from "../failure.ts";
import type { RunningTool, ToolCommand, ToolResult, Tools } from "../ports/tools.ts";

/** What every program needs to start, to find its home and to reach the network through a proxy. */
const INHERITED = [
  ...["PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TEMP", "TMP", "TERM", "SHELL"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "DENO_CERT", "DENO_TLS_CA_STORE"],
  ...["SystemRoot", "SYSTEMROOT", "ComSpec", "PATHEXT", "USERPROFILE", "APPDATA", "LOCALAPPDATA"],
  ...["DENO_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "npm_config_cache"],
];

/** The largest answer that is kept of each stream; the rest is read and thrown away. */
const OUTPUT_LIMIT = 16 * 1024 * 1024;

/** Characters of one line of a program that serves. */
const LINE_LIMIT = 64 * 1024;

/**
 * The permission-scoped runner. A child gets a named program, an argument list (never a shell), the
 * few inherited variables and what the command names; it dies with its process group at the time
 * limit and when this program is interrupted.
 */
export function denoTools(signal: AbortSignal): Tools {
  return { find, run: (command) => runTool(command, signal), start: startTool };
}

async function find(name: string): Promise<string | null> {
  const windows = Deno.build.os === "windows";
  // A name without an ending is no program on Windows: npm's folder has a shell script of that name.
  const endings = windows && !name.includes(".")
    ? (Deno.env.get("PATHEXT") ?? ".EXE;.CMD").split(";")
    : [""];
  for (const folder of (Deno.env.get("PATH") ?? "").split(windows ? ";" : ":")) {
    // A relative PATH entry would let the current folder, a stranger's repository, name programs.
    if (!(windows ? /^[A-Za-z]:|^\\\\/ : /^\//).test(folder)) continue;
    for (const ending of endings) {
      const path = join(folder, name + ending);
      const stat = await Deno.stat(path).catch(() => null);
      if (stat?.isFile && (windows || ((stat.mode ?? 0) & 0o111) !== 0)) return path;
    }
  }
  return null;
}

async function runTool(command: ToolCommand, interrupted: AbortSignal): Promise<ToolResult> {
  interrupted.throwIfAborted();
  const started = performance.now();
  const child = spawn(command);
  const limit = command.timeout ?? 300_000;
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    killGroup(child);
  }, limit);
  const stop = () => killGroup(child);
  interrupted.addEventListener("abort", stop);
  try {
    const [stdout, stderr, status] = await Promise.all([
      collect(child.stdout),
      collect(child.stderr),
      child.status,
      command.stdin === undefined ? null : feed(child, command.stdin),
    ]);
    const code = status.signal ? -1 : status.code;
    return { code, stdout, stderr, timedOut, ms: Math.round(performance.now() - started) };
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener("abort", stop);
  }
}

function startTool(command: ToolCommand, hear: (line: string) => void): RunningTool {
  // An open pipe nobody writes to: its end is the end of this process, however that comes.
  const child = spawn({ ...command, stdin: "" });
  const heard = Promise.all([eachLine(child.stdout, hear), eachLine(child.stderr, hear)]);
  return {
    pid: child.pid,
    ended: child.status.then(async ({ signal, code }) => {
      await heard.catch(() => {});
      return signal ? `was killed by ${signal}` : `ended with code ${code}`;
    }),
    kill: () => killGroup(child),
  };
}

async function eachLine(
  stream: ReadableStream<Uint8Array>,
  hear: (line: string) => void,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = lines.pop()!;
    for (const line of lines) hear(line);
    // A program that never ends its line must not fill the memory.
    if (rest.length > LINE_LIMIT) hear(rest.slice(0, LINE_LIMIT)), rest = "";
  }
  if (rest !== "") hear(rest);
}

function spawn(command: ToolCommand): Deno.ChildProcess {
  const env: Record<string, string> = {};
  for (const name of INHERITED) {
    const value = Deno.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  try {
    return new Deno.Command(command.program, {
      args: command.args,
      cwd: command.cwd,
      clearEnv: true,
      env: { ...env, ...command.env },
      stdin: command.stdin === undefined ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
      // A group of its own, so that what it starts ends with it.
      detached: Deno.build.os !== "windows",
    }).spawn();
  } catch (cause) {
    throw new Failure("tool", "TOOL_NOT_FOUND", `Cannot start \`${command.program}\``, {
      hint: "Install it, or check that it is on PATH",
      details: {
        program: command.program,
        reason: cause instanceof Error ? cause.message : String(cause),
      },
      cause,
    });
  }
}

function killGroup(child: Deno.ChildProcess): void {
  if (Deno.build.os === "windows") killTree(child.pid);
  for (const pid of [-child.pid, child.pid]) {
    try {
      Deno.kill(pid, "SIGKILL");
    } catch {
      // Already gone, or no groups on this system.
    }
  }
}

/** Windows has no groups, but knows who started whom. */
function killTree(pid: number): void {
  try {
    const args = ["/pid", String(pid), "/t", "/f"];
    new Deno.Command("taskkill", { args, stdout: "null", stderr: "null" }).outputSync();
  } catch {
    // Not to be had: then the one process is ended, as below.
  }
}

async function feed(child: Deno.ChildProcess, text: string): Promise<void> {
  const writer = child.stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
    await writer.close();
  } catch {
    // The program ended without reading all of it; its exit code says more.
  }
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of stream) {
    if (text.length < OUTPUT_LIMIT) text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
