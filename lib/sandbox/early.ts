import type { System } from "../ports/system.ts";

const waiting = new WeakMap<System, Deno.ChildProcess>();

/** Starts a sandbox before anybody asks for it, for the next box: its start takes longer than all else. */
export function startEarly(system: System): void {
  if (!waiting.has(system)) waiting.set(system, spawnSandbox(system));
}

/** The sandbox that was started early, or a fresh one. */
export function takeSandbox(system: System): Deno.ChildProcess {
  const child = waiting.get(system);
  waiting.delete(system);
  return child ?? spawnSandbox(system);
}

/** Ends a sandbox that was started early and not needed. */
export async function endEarly(system: System): Promise<void> {
  const child = waiting.get(system);
  if (!child) return;
  waiting.delete(system);
  try {
    child.kill("SIGKILL");
  } catch {
    // Already gone.
  }
  await Promise.allSettled([
    child.stdin.close(),
    child.stdout.cancel(),
    child.stderr.cancel(),
    child.status,
  ]);
}

/** This program again, in a process that has no permissions and next to no environment. */
function spawnSandbox(system: System): Deno.ChildProcess {
  const { program, args, env: own } = system.reentry.command("sandbox", {}, []);
  const env: Record<string, string> = {};
  const inherited = ["HOME", "DENO_DIR", "XDG_CACHE_HOME", "TMPDIR", "SystemRoot", "LOCALAPPDATA"];
  for (const name of inherited) {
    const value = system.env.get(name);
    if (value !== undefined) env[name] = value;
  }
  return new Deno.Command(program, {
    args,
    env: { ...env, ...own },
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  })
    .spawn();
}
