import { Buffer } from "node:buffer";

/** How a text may stand somewhere: as it is, and as programs commonly write it. */
function forms(text: string): Map<string, string> {
  const bytes = Buffer.from(text);
  const hex = bytes.toString("hex");
  const found = new Map([
    ["plain", bytes.toString("latin1")],
    ["UTF-16", Buffer.from(text, "utf16le").toString("latin1")],
    ["hex", hex],
    ["HEX", hex.toUpperCase()],
    ["URL", encodeURIComponent(text)],
    ["form", new URLSearchParams({ x: text }).toString().slice(2)],
    ["JSON", JSON.stringify(text).slice(1, -1)],
    ["reversed", bytes.reverse().toString("latin1")],
  ]);
  // In Base64 the letters depend on where in three bytes the text begins; its ends mix with its neighbours.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(text)]);
    const [from, to] = [Math.ceil((shift * 4) / 3), Math.floor((encoded.length * 4) / 3) - 1];
    found.set(`base64+${shift}`, encoded.toString("base64").slice(from, to));
    found.set(`base64url+${shift}`, encoded.toString("base64url").slice(from, to));
  }
  return found;
}

/**
 * Every place that holds a text in one of its forms: files below the folders (databases, logs and what
 * SQLite keeps beside them included), and, on Linux, the command line and the environment of every
 * process of the machine. The test's own memory is no place, but its own environment is.
 */
export async function findTraces(text: string, folders: string[]): Promise<string[]> {
  const needles = forms(text);
  const traces: string[] = [];
  for await (const [place, bytes] of places(folders)) {
    const haystack = new TextDecoder("latin1").decode(bytes);
    for (const [form, needle] of needles) {
      if (haystack.includes(needle)) traces.push(`${place} (${form})`);
    }
  }
  return traces;
}

/** The same for texts that a test has already. */
export function tracesIn(text: string, said: Record<string, string>): string[] {
  return [...forms(text)].flatMap(([form, needle]) =>
    Object.entries(said).filter(([, words]) => words.includes(needle)).map(([place]) =>
      `${place} (${form})`
    )
  );
}

async function* places(folders: string[]): AsyncGenerator<[string, Uint8Array]> {
  for (const folder of folders) yield* below(folder);
  if (Deno.build.os !== "linux") return;
  for await (const { name } of Deno.readDir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    for (const file of ["cmdline", "environ"]) {
      // Processes end while they are looked at.
      const bytes = await Deno.readFile(`/proc/${name}/${file}`).catch(() => new Uint8Array());
      yield [`/proc/${name}/${file}`, bytes];
    }
  }
}

async function* below(folder: string): AsyncGenerator<[string, Uint8Array]> {
  for await (const entry of Deno.readDir(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* below(path);
    // Files come and go while programs run; sockets hold nothing.
    else if (entry.isFile) yield [path, await Deno.readFile(path).catch(() => new Uint8Array())];
  }
}
