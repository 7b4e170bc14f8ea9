/** How much of the process's own output is held back at the moment, and how it is given back. */
let depth = 0;
let restore = () => {};

/**
 * Runs something that prints on stdout or by `console` without any of it being seen: stdout is the answer
 * of a command, and nothing else. What this program itself writes there goes through.
 */
export async function quietly<T>(work: () => Promise<T>): Promise<T> {
  if (depth++ === 0) restore = silence();
  try {
    return await work();
  } finally {
    if (--depth === 0) restore();
  }
}

function silence(): () => void {
  const { log, info, warn, error, debug } = console;
  const nothing = () => {};
  Object.assign(console, { log: nothing, info: nothing, warn: nothing, error: nothing });
  console.debug = nothing;
  const { stdout } = process;
  const { write } = stdout;
  stdout.write = () => true;
  return () => {
    Object.assign(console, { log, info, warn, error, debug });
    stdout.write = write;
  };
}
