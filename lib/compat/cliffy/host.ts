/** The little that this folder takes from the runtime without being handed it. */

interface Runtime {
  args: string[];
  env: { get(name: string): string | undefined };
  permissions: { query(what: { name: "env"; variable: string }): Promise<{ state: string }> };
}

interface Host {
  Deno?: Runtime;
  process?: { argv: string[]; env: Record<string, string | undefined> };
}

// `process` is read only where it must be: under Deno the look alone loads half of Node's modules.
const host = globalThis as unknown as Host;
const runtime = host.Deno;

/** The arguments of the program. */
export function hostArgs(): string[] {
  return runtime?.args ?? host.process?.argv.slice(2) ?? [];
}

/** An environment variable; undefined when it may not be read (and never asks for leave). */
export async function hostEnv(name: string): Promise<string | undefined> {
  if (runtime === undefined) return host.process?.env[name];
  const { state } = await runtime.permissions.query({ name: "env", variable: name });
  return state === "granted" ? runtime.env.get(name) : undefined;
}
