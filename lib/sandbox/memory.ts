/** A watch over another process's memory. */
export interface MemoryWatch {
  /** Whether the process, now gone, was ended for its memory. */
  exceeded(): Promise<boolean>;
  stop(): void;
}

/** How often the memory is looked at, in ms. */
const EVERY = 10;

/**
 * A run that takes longer than this, in ms, is also watched by a process of its own where this one may
 * not look itself. Until then the watch inside the sandbox's host suffices: most runs are over by then.
 */
const GRACE = 40;

/** Ends a process (`$1`) once its resident memory passes `$2` KiB, and says so. `$3` is KiB of a page. */
const WATCHER = `
while :; do
  if [ -r /proc/self/statm ]; then
    read -r _ pages _ 2>/dev/null </proc/"$1"/statm || exit 0
    kib=$((pages * $3))
  else
    kib=$(ps -o rss= -p "$1") || exit 0
  fi
  if [ "\${kib:-0}" -gt "$2" ]; then kill -9 "$1"; echo over; exit 0; fi
  sleep 0.02 2>/dev/null || sleep 1
done
`;

/**
 * Ends a process from outside when its whole resident memory passes the limit: no flag of the engine
 * covers what lies outside of its heap (buffers, WebAssembly).
 *
 * Linux shows a process's memory under `/proc`, which Deno lets only a program with all permissions
 * read. A program with fewer has a shell look for it; where there is no shell either, the watch in the
 * sandbox's own host remains.
 */
export function watchMemory(pid: number, limit: number, kill: () => void): MemoryWatch {
  let exceeded = false;
  let watcher: { child: Deno.ChildProcess; over: Promise<boolean> } | null = null;
  const look = () => {
    const bytes = residentBytes(pid);
    if (bytes === null) clearInterval(timer);
    else if (bytes > limit) {
      exceeded = true;
      kill();
    }
  };
  const timer = setInterval(look, EVERY);
  const late = setTimeout(() => {
    if (residentBytes(pid) === null) watcher = startWatcher(pid, limit);
  }, GRACE);
  return {
    exceeded: async () => exceeded || (await watcher?.over ?? false),
    stop() {
      clearInterval(timer);
      clearTimeout(late);
      try {
        watcher?.child.kill("SIGKILL");
      } catch {
        // Already gone.
      }
    },
  };
}

/** Pages of memory are 4 KiB on most machines, 16 KiB on some; the larger guess ends a run too early. */
function pageBytes(): number {
  return Deno.build.arch === "aarch64" && Deno.build.os === "darwin" ? 16_384 : 4096;
}

function residentBytes(pid: number): number | null {
  try {
    const pages = Number(Deno.readTextFileSync(`/proc/${pid}/statm`).split(" ")[1]);
    return Number.isFinite(pages) ? pages * pageBytes() : null;
  } catch {
    return null;
  }
}

/** The watcher ends by itself soon after the process, so what it says never takes long to know. */
function startWatcher(pid: number, limit: number) {
  if (Deno.build.os === "windows") return null;
  try {
    const numbers = [pid, Math.floor(limit / 1024), pageBytes() / 1024];
    const child = new Deno.Command("/bin/sh", {
      args: ["-c", WATCHER, "watcher", ...numbers.map(String)],
      clearEnv: true,
      env: { PATH: "/usr/bin:/bin" },
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    return {
      child,
      over: new Response(child.stdout).text().then((text) => text !== "", () => false),
    };
  } catch {
    return null;
  }
}
