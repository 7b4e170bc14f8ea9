/** Between two looks, ms. */
const PAUSE = 250;

/**
 * Command lines of the processes that name a folder or work in it and do not go in time (Linux;
 * elsewhere nothing is known).
 *
 * @param patience how long they may take, ms.
 */
export async function leftRunning(folder: string, patience: number): Promise<string[]> {
  const end = Date.now() + patience;
  while (true) {
    const found = await runningIn(folder);
    if (found.length === 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, PAUSE));
  }
}

async function runningIn(folder: string): Promise<string[]> {
  if (Deno.build.os !== "linux") return [];
  const found: string[] = [];
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name) || Number(name) === Deno.pid) continue;
    const line = await Deno.readTextFile(`/proc/${name}/cmdline`).catch(() => "");
    const cwd = await Deno.readLink(`/proc/${name}/cwd`).catch(() => "");
    if (line.includes(folder) || cwd.startsWith(folder)) {
      found.push(`${name} ${line.replaceAll("\0", " ").slice(0, 200)}`);
    }
  }
  return found;
}
