import type { BuildOptions, BuildResult, OnResolveArgs, OnResolveResult, Plugin } from "esbuild";
import type { RepeatedBuild } from "../../../ports/bundler.ts";
import type { System } from "../../../ports/system.ts";

/**
 * A system whose bundler makes one build again and again: what has not changed is neither read nor
 * resolved again. Whoever bundles with it must ask for the same build each time, or `forget` first.
 */
export class RepeatingSystem {
  readonly system: System;
  #build: Promise<RepeatedBuild> | null = null;

  constructor(real: System) {
    const { bundler } = real;
    this.system = {
      ...real,
      bundler: {
        ...bundler,
        warm: () => bundler.warm(),
        build: async (options) => {
          try {
            return await this.#again(real, options);
          } catch (error) {
            if (!missesFile(error)) throw error;
            // It may be remembered at a place that is gone: this is said by a build from nothing.
            await this.forget();
            return await this.#again(real, options);
          }
        },
      },
    };
  }

  /** What counts for all files has changed. */
  async forget(): Promise<void> {
    const build = this.#build;
    this.#build = null;
    await (await build?.catch(() => null))?.close();
  }

  async #again(real: System, options: BuildOptions): Promise<BuildResult> {
    this.#build ??= real.bundler.repeat({
      ...options,
      plugins: options.plugins?.map(remembering),
    });
    return await (await this.#build).build();
  }
}

/**
 * The same plugin with a memory for imports of packages: each would be asked of the bundler again, a way
 * to another process and back for every one of them.
 */
function remembering(plugin: Plugin): Plugin {
  const known = new Map<string, OnResolveResult>();
  return {
    name: plugin.name,
    setup: (build) =>
      plugin.setup({
        ...build,
        onResolve(options, callback) {
          build.onResolve(options, async (args) => {
            // What the plugin asks the bundler itself carries a mark, and is asked once.
            if (args.pluginData !== undefined) return await callback(args);
            const key = keyOf(args);
            const found = known.get(key);
            if (found) return found;
            const result = await callback(args);
            if (result && !result.errors?.length) known.set(key, result);
            return result;
          });
        },
      }),
  };
}

function missesFile(error: unknown): boolean {
  const errors = (error as { errors?: { text: string }[] } | null)?.errors;
  return Array.isArray(errors) && errors.some(({ text }) => /^Could not (resolve|read)/.test(text));
}

function keyOf({ path, kind, importer, resolveDir, namespace }: OnResolveArgs): string {
  return JSON.stringify([path, kind, importer, resolveDir, namespace]);
}
