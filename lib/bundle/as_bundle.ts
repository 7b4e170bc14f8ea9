import { Failure } from "../failure.ts";
import { sha256 } from "../hex.ts";
import { type AppBundle, ENTRY } from "./app_bundle.ts";
import type { BundleOutput } from "./esbuild.ts";
import { inPackage } from "./resolve.ts";

/** The platform's limit (contract section 12). */
export const BUNDLE_LIMIT = 25 * 1024 * 1024;

/**
 * What is said of an app's bundle. `copies` are the packages that came from inside of this program.
 *
 * @throws Failure BUNDLE_TOO_LARGE (failed) with the largest parts.
 */
export async function asBundle(
  output: BundleOutput,
  entry: string,
  root: string,
  copies: Set<string>,
): Promise<AppBundle> {
  const { code, map, metafile, builtins } = output;
  const made = Object.values(metafile.outputs).find(({ entryPoint }) => entryPoint !== undefined);
  const inputs = Object.entries(made?.inputs ?? {}).filter(([path]) => !path.endsWith(`/${ENTRY}`))
    .map(([path, { bytesInOutput }]) => ({ path, bytes: bytesInOutput }))
    .sort((one, other) => other.bytes - one.bytes || (one.path < other.path ? -1 : 1));
  if (code.length > BUNDLE_LIMIT) {
    const largest = inputs.slice(0, 10);
    throw new Failure(
      "failed",
      "BUNDLE_TOO_LARGE",
      `The bundle has ${mebibytes(code.length)} MiB; the limit is ${mebibytes(BUNDLE_LIMIT)} MiB`,
      {
        hint: `Largest parts: ${
          largest.slice(0, 3).map(({ path, bytes }) => `\`${path}\` (${mebibytes(bytes)} MiB)`)
            .join(", ")
        }`,
        details: { bytes: code.length, limit: BUNDLE_LIMIT, largest },
      },
    );
  }
  const digest = await sha256(code);
  const said = output.warnings.filter(({ location }) => !inPackage(`/${location?.file ?? ""}`))
    .map(({ text, location }) => location ? `${location.file}:${location.line}: ${text}` : text);
  const copied = [...copies].sort().map((name) =>
    `\`${name}\` is this program's own copy: the project has not installed it`
  );
  return {
    code,
    sourceMap: map,
    bytes: code.length,
    digest: `sha256-${digest}`,
    inputs,
    warnings: [...said, ...copied],
    builtins,
    entry,
    root,
  };
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(1);
}
