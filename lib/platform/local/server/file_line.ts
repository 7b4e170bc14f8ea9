/**
 * Lines over files, for systems and disks without Unix sockets. A connection is three files: what the
 * caller says, what it is answered, and one that the caller holds locked as long as it lives. Each side
 * removes what it wrote when it closes. The locks are the operating system's, so that a killed process
 * is noticed.
 */
import { join } from "@std/path";
import type { Line, LineListener } from "./control_line.ts";

/** Locked as long as somebody listens. */
const LISTENER = "listener";
const CALL = ".call";
const ANSWER = ".answer";
const CALLER = ".caller";

/** How often is looked for bytes, at first and at last, ms. */
const FIRST_LOOK = 1;
const LAST_LOOK = 25;
/** How often is looked whether the other side lives, ms. */
const PULSE = 250;
/** How often is looked for calls where the system tells of no changes, and where it may, ms. */
const POLL = 50;
const SWEEP = 1_000;

/** Listens for calls in a folder. Rejects while somebody else listens there. */
export async function listenFiles(folder: string): Promise<LineListener> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const lock = await Deno.open(join(folder, LISTENER), OPEN);
  if (!await lock.tryLock(true) && !await tryAgain(lock)) {
    lock.close();
    throw new Deno.errors.AddrInUse(`Somebody else listens in ${folder}`);
  }
  // What a listener before this one left.
  for (const name of await namesIn(folder)) if (name !== LISTENER) await remove(join(folder, name));
  const bell = new Bell(folder);
  let open = true;
  return {
    close() {
      open = false;
      bell.close();
      lock.close();
    },
    async *[Symbol.asyncIterator]() {
      let known = new Set<string>();
      while (open) {
        const calls = (await namesIn(folder)).filter((name) => name.endsWith(CALL));
        for (const call of calls) {
          const line = known.has(call) ? null : await answerer(folder, call.slice(0, -CALL.length));
          if (line) yield line;
        }
        known = new Set(calls);
        if (open) await bell.rung();
      }
    },
  };
}

/** Calls whoever listens in a folder. */
export async function connectFiles(folder: string): Promise<Line> {
  const lock = await Deno.open(join(folder, LISTENER), { read: true, write: true });
  if (!await isHeld(lock)) {
    lock.close();
    throw new Deno.errors.ConnectionRefused(`Nobody listens in ${folder}`);
  }
  const base = join(folder, crypto.randomUUID());
  const caller = await Deno.open(base + CALLER, { ...OPEN, createNew: true });
  await caller.tryLock(true);
  const input = await Deno.open(base + ANSWER, { ...OPEN, createNew: true });
  const output = await Deno.open(base + CALL, { ...OPEN, createNew: true });
  return fileLine({ input, output, heard: base + ANSWER, other: lock }, () => {
    removeSync(base + CALL);
    caller.close();
    removeSync(base + CALLER);
  });
}

const OPEN: Deno.OpenOptions = { read: true, write: true, create: true, mode: 0o600 };

/** The listener's side of a call; null when the caller is gone already. */
async function answerer(folder: string, id: string): Promise<Line | null> {
  const base = join(folder, id);
  const opened: Deno.FsFile[] = [];
  const open = async (ending: string) => {
    const file = await Deno.open(base + ending, { read: true, write: true });
    opened.push(file);
    return file;
  };
  try {
    const [input, output, other] = [await open(CALL), await open(ANSWER), await open(CALLER)];
    return fileLine({ input, output, heard: base + CALL, other }, (otherLives) => {
      removeSync(base + ANSWER);
      if (otherLives) return;
      removeSync(base + CALL);
      removeSync(base + CALLER);
    });
  } catch {
    for (const file of opened) file.close();
    return null;
  }
}

interface Ends {
  input: Deno.FsFile;
  output: Deno.FsFile;
  /** The path of what the other side writes: it is gone when that side has closed. */
  heard: string;
  /** What the other side holds locked as long as it lives. */
  other: Deno.FsFile;
}

function fileLine(ends: Ends, clean: (otherLives: boolean) => void): Line {
  let closed = false;
  let otherLives = true;
  let looked = performance.now();
  const isOver = async () => {
    if (performance.now() - looked >= PULSE) {
      looked = performance.now();
      otherLives &&= await isHeld(ends.other);
    }
    return !otherLives || await Deno.lstat(ends.heard).then(() => false, () => true);
  };
  return {
    async read(into) {
      for (let pause = FIRST_LOOK; !closed; pause = Math.min(pause * 2, LAST_LOOK)) {
        // What was written before the end is read all the same.
        const over = await isOver();
        if (closed) break;
        const read = await ends.input.read(into);
        if (read) return read;
        if (over) return null;
        await new Promise((resolve) => setTimeout(resolve, pause));
      }
      throw new Deno.errors.Interrupted("This side has closed the line");
    },
    write: (bytes) => ends.output.write(bytes),
    close() {
      if (closed) return;
      closed = true;
      for (const file of [ends.input, ends.output, ends.other]) file.close();
      clean(otherLives);
    },
  };
}

/** Rings when something changes in a folder, and now and then. */
class Bell {
  #watcher: Deno.FsWatcher | null = null;
  #ring = Promise.withResolvers<void>();

  constructor(folder: string) {
    try {
      this.#watcher = Deno.watchFs(folder, { recursive: false });
      this.#hear(this.#watcher);
    } catch {
      // Too many watchers, or a disk that tells nothing: then it is looked often.
    }
  }

  async rung(): Promise<void> {
    const timer = setTimeout(() => this.#ring.resolve(), this.#watcher ? SWEEP : POLL);
    await this.#ring.promise;
    clearTimeout(timer);
    this.#ring = Promise.withResolvers();
  }

  close(): void {
    this.#watcher?.close();
    this.#ring.resolve();
  }

  async #hear(watcher: Deno.FsWatcher): Promise<void> {
    try {
      for await (const _ of watcher) this.#ring.resolve();
    } catch {
      this.#watcher = null;
    }
  }
}

/** Whether somebody holds a file locked. */
async function isHeld(file: Deno.FsFile): Promise<boolean> {
  if (!await file.tryLock(false)) return true;
  await file.unlock().catch(() => {});
  return false;
}

/** A caller that looked in this very moment is no listener. */
async function tryAgain(lock: Deno.FsFile): Promise<boolean> {
  for (let times = 0; times < 20; times++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    if (await lock.tryLock(true)) return true;
  }
  return false;
}

async function namesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch {
    // The project's state was removed; its server ends for that reason.
  }
  return names;
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
}

function removeSync(path: string): void {
  try {
    Deno.removeSync(path);
  } catch {
    // The other side was faster.
  }
}
