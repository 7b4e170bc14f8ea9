import type { Plugin, PluginBuild } from "esbuild";
import type { Vendor } from "./vendor.ts";

/** The module that only the entry of an app imports; no package can have this name. */
export const CONNECT_MODULE = "@edgespark/connect";

/** What it exports. */
export const CONNECT_EXPORT = "connect";

const DRIVER = "drizzle-orm/d1";

/**
 * A bundle brings the driver of its own drizzle-orm along, so that `db` is of the version that the
 * project has installed, and one copy builds the queries of the tables that it has made. With two,
 * drizzle compares classes by walking up their names, which makes queries three times as slow to build.
 */
export function connectModule(folder: string, vendor: Vendor): Plugin {
  return {
    name: "connect",
    setup(build) {
      build.onLoad({ filter: /.*/, namespace: "connect" }, async () => {
        const contents = await hasDriver(build, folder, vendor)
          ? `import { drizzle } from "${DRIVER}";
export const ${CONNECT_EXPORT} = (client, schema) => drizzle(client, { schema });`
          : `export const ${CONNECT_EXPORT} = undefined;`;
        return { contents, loader: "js", resolveDir: folder };
      });
    },
  };
}

async function hasDriver(build: PluginBuild, folder: string, vendor: Vendor): Promise<boolean> {
  const { errors } = await build.resolve(DRIVER, {
    kind: "import-statement",
    resolveDir: folder,
    importer: "",
  });
  // Nobody has asked for this one by name.
  vendor.used.delete(DRIVER);
  return errors.length === 0;
}
