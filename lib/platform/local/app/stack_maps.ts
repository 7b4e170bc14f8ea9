import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";

/** A place in a bundle, as the engine writes it: `file:///.../bundle.js?deployment=<id>:12:34`. */
const PLACE = /file:\/\/(?:(?!file:\/\/).)*?\?deployment=([0-9A-Za-z_-]+):(\d+):(\d+)/g;
/** Lines of a stack that lie in the engine or in this program's runtime. */
const INNER =
  /^\s+at (?:.*[ (])?(?:file:\/\/.*\/(?:app_worker|auth_service)\.js|(?:ext|node):\S*):\d+:\d+\)?$/;
const RUNTIME = "    at (edgespark)";
/** How long a map that is not asked for is kept in memory, ms. */
const KEPT = 60_000;

/**
 * Turns the places of bundles in stacks into places of the project: `server/src/index.ts:3:14`. A
 * source map is read when the first error of its deployment is logged, and let go when none comes.
 */
export class StackMaps {
  /** By the deployment's id: addresses are printed in more than one way. */
  readonly #files = new Map<string, string>();
  readonly #maps = new Map<string, TraceMap | null>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Says where the map of a deployment's bundle lies. */
  add(id: string, mapFile: string | null): void {
    if (mapFile !== null) this.#files.set(id, mapFile);
  }

  /** A stack, or a text that holds one. */
  map(text: string): string {
    if (!text.includes("?deployment=")) return text;
    return text.replace(
      PLACE,
      (_, id: string, line: string, column: string) =>
        this.#place(id, Number(line), Number(column)) ?? `bundle.js:${line}:${column}`,
    );
  }

  /** A stack as a user should see it: mapped, and with what lies in the runtime in one line. */
  stack(text: string): string {
    const lines: string[] = [];
    for (const line of this.map(text).split("\n")) {
      if (!INNER.test(line)) lines.push(line);
      else if (lines.at(-1) !== RUNTIME) lines.push(RUNTIME);
    }
    return lines.join("\n");
  }

  #place(id: string, line: number, column: number): string | null {
    const map = this.#load(id);
    if (!map) return null;
    const found = originalPositionFor(map, { line, column: Math.max(0, column - 1) });
    return found.source === null ? null : `${found.source}:${found.line}:${found.column + 1}`;
  }

  #load(id: string): TraceMap | null {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#maps.clear(), KEPT);
    Deno.unrefTimer(this.#timer as unknown as number);
    const known = this.#maps.get(id);
    if (known !== undefined) return known;
    const map = read(this.#files.get(id));
    this.#maps.set(id, map);
    return map;
  }
}

/** A map that is missing or broken leaves stacks as they are; it must not lose the record. */
function read(file: string | undefined): TraceMap | null {
  try {
    return file === undefined ? null : new TraceMap(Deno.readTextFileSync(file));
  } catch {
    return null;
  }
}
