import type { OnResolveArgs, OnResolveResult, Plugin, PluginBuild } from "esbuild";
import { dirname, join } from "@std/path/posix";
import type { System } from "../ports/system.ts";
import { ask, inPackage } from "./resolve.ts";

/** The asset: `{ "modules": { specifier: file }, "files": { file: code } }`, made by `scripts/prepare.ts`. */
export interface VendorAsset {
  modules: Record<string, string>;
  files: Record<string, string>;
}

/** Module names of the copies: entry points of the asset's build. */
export const VENDORED = ["hono", "drizzle-orm"];

const NAMESPACE = "vendor";

/** Where our own modules ask from: the project is told nothing of what they get. */
export const OWN_NAMESPACE = "edgespark";

/**
 * `hono` and `drizzle-orm` for a project that has not installed them: copies inside this program.
 * A project's own copy always comes first.
 */
export class Vendor {
  #asset: Promise<VendorAsset> | null = null;
  /** Specifiers that were answered with a copy of ours. */
  readonly used = new Set<string>();

  constructor(private readonly system: System) {}

  async provide(
    specifier: string,
    args: OnResolveArgs,
    build: PluginBuild,
  ): Promise<OnResolveResult | null> {
    if (!VENDORED.some((name) => specifier === name || specifier.startsWith(`${name}/`))) {
      return null;
    }
    const own = await ask(build, specifier, args);
    if (own) return own;
    // A package inside node_modules that misses its peer is an incomplete installation.
    if (inPackage(args.importer)) return null;
    const file = (await this.#load()).modules[specifier];
    if (file === undefined) return null;
    if (args.namespace !== OWN_NAMESPACE) this.used.add(specifier);
    return { path: file, namespace: NAMESPACE };
  }

  plugin(): Plugin {
    return {
      name: "vendor",
      setup: (build) => {
        build.onResolve({ filter: /^\.\.?\//, namespace: NAMESPACE }, ({ path, importer }) => ({
          path: join(dirname(importer), path),
          namespace: NAMESPACE,
        }));
        build.onLoad({ filter: /.*/, namespace: NAMESPACE }, async ({ path }) => {
          const contents = (await this.#load()).files[path];
          return contents === undefined
            ? { errors: [{ text: `This program misses its copy of \`${path}\`` }] }
            : { contents, loader: "js" };
        });
      },
    };
  }

  #load(): Promise<VendorAsset> {
    return this.#asset ??= this.system.assets.text("vendor.json").then((text) =>
      JSON.parse(text) as VendorAsset
    );
  }
}
