import { join } from "@std/path";
import type { AppBundle } from "../../../bundle/app_bundle.ts";
import type { System } from "../../../ports/system.ts";

/** Builds that stay: requests of the one before may still be running, and stacks need its map. */
const KEPT = 8;

/**
 * Keeps the latest builds of `dev` in a folder, each under an id of its own: a module that comes back is
 * loaded afresh, as after a real deploy.
 */
export class DevBuilds {
  readonly #ids: string[] = [];
  #count = 0;

  constructor(readonly system: System, readonly folder: string) {}

  /** Writes a build; the id names it. */
  async add(bundle: Pick<AppBundle, "code" | "sourceMap" | "digest">): Promise<string> {
    const id = `dev${++this.#count}-${bundle.digest.replace(/^sha256-/, "").slice(0, 8)}`;
    const place = join(this.folder, id);
    await Deno.mkdir(place, { recursive: true, mode: 0o700 });
    await Promise.all([
      Deno.writeFile(join(place, "bundle.js"), bundle.code),
      Deno.writeFile(join(place, "bundle.js.map"), bundle.sourceMap),
    ]);
    this.#ids.push(id);
    for (const old of this.#ids.splice(0, Math.max(0, this.#ids.length - KEPT))) {
      await this.system.files.remove(join(this.folder, old));
    }
    return id;
  }

  /** Removes what earlier runs left. */
  async clear(): Promise<void> {
    await this.system.files.remove(this.folder);
    await Deno.mkdir(this.folder, { recursive: true, mode: 0o700 });
  }
}
