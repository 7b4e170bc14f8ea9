import { mebibytes } from "../archive/limits.ts";
import { Failure } from "../failure.ts";
import type { ScaffoldFile } from "./templates.ts";

/** A template as it was found, before anything in it is changed. */
export interface Template {
  /** By their paths in the new project. */
  files: ScaffoldFile[];
  /** Links and the like, which are never made. */
  skipped: string[];
}

/** What was read, by the paths where it lies: the template may be a folder of it. */
export interface Found extends Template {
  /** How messages name the source. */
  name: string;
}

const CONFIG = "edgespark.toml";

/**
 * The template within what was read: the named folder, else where `edgespark.toml` lies, which is the
 * top or, in an archive, the one folder that holds everything.
 *
 * @throws Failure TEMPLATE_INVALID (config) that lists the folders that are templates.
 */
export function pickTemplate(found: Found, dir: string | null): Template {
  const paths = found.files.map(({ path }) => path);
  const base = dir === null ? "" : `${dir}/`;
  if (!paths.includes(base + CONFIG)) throw noTemplate(found, dir, paths);
  const below = (path: string) => (path.startsWith(base) ? path.slice(base.length) : null);
  return {
    files: found.files.flatMap((file) => {
      const path = below(file.path);
      return path === null ? [] : [{ ...file, path }];
    }),
    skipped: found.skipped.flatMap((path) => below(path) ?? []),
  };
}

/** An archive's paths without the one folder that everything lies in, where there is one. */
export function withoutTop<T extends Template>(found: T): T {
  const tops = new Set(found.files.map(({ path }) => path.slice(0, path.indexOf("/") + 1)));
  const [top] = tops;
  if (tops.size !== 1 || !top) return found;
  return {
    ...found,
    files: found.files.map((file) => ({ ...file, path: file.path.slice(top.length) })),
    skipped: found.skipped.map((path) => path.startsWith(top) ? path.slice(top.length) : path),
  };
}

function noTemplate({ name }: Found, dir: string | null, paths: string[]): Failure {
  const folders = paths
    .filter((path) => path.endsWith(`/${CONFIG}`))
    .map((path) => path.slice(0, -CONFIG.length - 1))
    .filter((folder) => !folder.includes("/"));
  return new Failure(
    "config",
    "TEMPLATE_INVALID",
    `There is no \`${CONFIG}\` in ${dir === null ? "" : `the folder \`${dir}\` of `}${name}`,
    {
      hint: folders.length > 0
        ? `Name one of its folders that are templates: ${folders.sort().join(", ")}`
        : `A template is a folder with an \`${CONFIG}\`, as \`edgespark init\` writes it`,
      details: { folders },
    },
  );
}

/** @throws Failure TEMPLATE_TOO_LARGE (failed) */
export function refuseLarge(name: string, limit: number): never {
  throw new Failure("failed", "TEMPLATE_TOO_LARGE", `${name} holds more than ${mebibytes(limit)}`, {
    hint: "A template is source code; leave data and builds out of it",
  });
}
