import type * as esbuild from "esbuild";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { buildFailure } from "./build_failure.ts";

/** How the bundler's errors are told. */
export interface Telling {
  /** The folder, relative to the project root, in which packages are installed. */
  packages: string;
  /** How many columns we put before the first line of a file. */
  marks?: ReadonlyMap<string, number>;
}

/** What esbuild makes in memory. */
export interface BundleOutput {
  code: Uint8Array;
  /**
   * A version-3 source map; its sources are relative to the working folder of the build. Empty with
   * `sourcemap: false`.
   */
  map: Uint8Array;
  metafile: esbuild.Metafile;
  /** Node's built-in modules that the code imports, such as "node:crypto"; nothing else is left to import. */
  builtins: string[];
  warnings: esbuild.Message[];
}

/**
 * Bundles to one ES module in memory. Everything that decides about safety (which imports resolve, and
 * to what) is in the plugins of the options; the project's own tsconfig and esbuild settings are not read.
 *
 * @throws Failure (failed): SYNTAX_ERROR, IMPORT_MISSING, PACKAGE_MISSING, IMPORT_REFUSED, BUNDLE_FAILED,
 * each with file, line and column.
 */
export async function bundleModules(
  system: System,
  options: esbuild.BuildOptions,
  telling: Telling,
): Promise<BundleOutput> {
  try {
    const { outputFiles, metafile, warnings } = await system.bundler.build({
      tsconfigRaw: "{}",
      ...options,
      bundle: true,
      format: "esm",
      platform: "neutral",
      target: "esnext",
      mainFields: ["module", "main"],
      sourcemap: options.sourcemap ?? "external",
      sourcesContent: false,
      charset: "utf8",
      legalComments: "none",
      metafile: true,
      write: false,
      logLevel: "silent",
      // There is one file in the end, so no import is left to be done at run time.
      supported: { "dynamic-import": false },
    });
    const file = (ending: string) =>
      outputFiles!.find(({ path }) => path.endsWith(ending))!.contents;
    const imports = Object.values(metafile!.outputs).flatMap((output) =>
      output.imports.map(({ path }) => path)
    );
    return {
      code: file(".js"),
      map: options.sourcemap === false ? new Uint8Array() : file(".js.map"),
      metafile: metafile!,
      builtins: [...new Set(imports)].filter((path) => path.startsWith("node:")).sort(),
      warnings,
    };
  } catch (error) {
    if (isBuildFailure(error)) throw buildFailure(error.errors, telling);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Failure("failed", "BUNDLE_FAILED", `The bundler could not be run: ${reason}`, {
      details: { reason },
      cause: error,
    });
  }
}

function isBuildFailure(error: unknown): error is esbuild.BuildFailure {
  return error instanceof Error && "errors" in error && Array.isArray(error.errors);
}
