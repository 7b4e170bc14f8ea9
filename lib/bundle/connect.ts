import type { Plugin, PluginBuild } from "esbuild";
import { OWN_NAMESPACE } from "./vendor.ts";

/** The module that only the entry of an app imports; no package can have this name. */
export const CONNECT_MODULE = "@edgespark/connect";

/** What it exports. */
export const CONNECT_EXPORT = "connect";

const DRIVER = "drizzle-orm/d1";

/**
 * A bundle brings the driver of its own drizzle-orm along, so that `db` is of the version that the
 * project has installed and type-checks against, and the runtime need not load a copy of ours.
 */
export function connectModule(folder: string): Plugin {
  return {
    name: "connect",
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: OWN_NAMESPACE }, async () => {
        const contents = await hasDriver(build, folder)
          ? `import { drizzle } from "${DRIVER}";
export const ${CONNECT_EXPORT} = (client, schema) => drizzle(client, { schema });`
          : `export const ${CONNECT_EXPORT} = undefined;`;
        return { contents, loader: "js", resolveDir: folder };
      });
    },
  };
}

async function hasDriver(build: PluginBuild, folder: string): Promise<boolean> {
  const { errors } = await build.resolve(DRIVER, {
    kind: "import-statement",
    resolveDir: folder,
    importer: CONNECT_MODULE,
    namespace: OWN_NAMESPACE,
  });
  return errors.length === 0;
}
