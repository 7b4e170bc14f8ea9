import { dirname, join, relative } from "@std/path";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import { withLock } from "../project/lock.ts";
import type { Project } from "../project/project.ts";
import { currentAuthConfig } from "./auth.ts";
import { type AuthBase, keepAuthBase, readAuthBase } from "./auth_base.ts";
import { type AuthConfig, authParts, sameAuthConfig } from "./auth_config.ts";
import { type AuthFile, authFileName, readAuthFile } from "./auth_file.ts";
import { AUTH_SCHEMA_FILE, renderAuthConfig } from "./auth_text.ts";

/** What a pull did, or would do. */
export interface PulledAuth {
  changed: boolean;
  file: string;
  /** The files that were (or would be) written, relative to the root. */
  written: string[];
  /** Parts that only the file had changed and that are now (or would be) as on the platform. */
  replaced: string[];
  /** The file as it was before, when something of it was replaced. */
  copy: string | null;
}

/**
 * Writes the applied config to `configs/auth-config.yaml`, only when it means something else than the
 * file, and the JSON Schema beside it that the file names. Comments and the order of keys stay; edits that were never
 * applied are kept in a copy below `.edgespark`.
 *
 * @throws Failure AUTH_CONFIG_INVALID, NOT_UTF8 (config): a broken file is not overwritten; LOCKED
 * (conflict)
 */
export async function pullAuth(
  system: System,
  project: Project,
  platform: Platform,
  options: { dryRun: boolean },
): Promise<PulledAuth> {
  const pull = async (write: boolean): Promise<PulledAuth> => {
    const [config, present, base] = await Promise.all([
      currentAuthConfig(platform),
      readAuthFile(system, project),
      readAuthBase(system, project),
    ]);
    const changed = !present || !sameAuthConfig(present.config, config);
    const replaced = present && changed ? editsOf(present, config, base) : [];
    const text = changed ? await textOf(present, config) : present.text;
    const files = new Map<string, string>();
    if (changed) files.set(project.authConfigFile, text);
    if (text.includes(`$schema=./${AUTH_SCHEMA_FILE}`)) await addSchema(system, project, files);
    const copy = replaced.length > 0 ? join(project.state, "auth-config.before-pull.yaml") : null;
    if (write) {
      if (copy) await system.files.write(copy, present!.text);
      for (const [path, text] of files) await system.files.write(path, text);
      await keepAuthBase(system, project, await platform.authConfig.applied());
    }
    const name = (path: string) => relative(project.root, path).replaceAll("\\", "/");
    return {
      changed,
      file: authFileName(project),
      written: [...files.keys()].map(name),
      replaced,
      copy: copy && name(copy),
    };
  };
  if (options.dryRun) return await pull(false);
  return await withLock(system, project, "auth pull", () => pull(true));
}

async function textOf(present: AuthFile | null, config: AuthConfig): Promise<string> {
  if (!present) return renderAuthConfig(config);
  const { mergeAuthYaml } = await import("./auth_merge.ts");
  return mergeAuthYaml(present.text, config);
}

/** Adds the JSON Schema that the file names, when it is missing or old. */
async function addSchema(
  system: System,
  project: Project,
  files: Map<string, string>,
): Promise<void> {
  const { authSchemaText } = await import("./auth_json_schema.ts");
  const path = join(dirname(project.authConfigFile), AUTH_SCHEMA_FILE);
  const bytes = await system.files.read(path);
  const text = authSchemaText();
  if (bytes === null || new TextDecoder().decode(bytes) !== text) files.set(path, text);
}

/** The parts in which the file says neither what is applied nor what was when it was last seen. */
function editsOf(present: AuthFile, config: AuthConfig, base: AuthBase | null): string[] {
  const [mine, theirs] = [authParts(present.config), authParts(config)];
  const seen = base?.config ? authParts(base.config) : null;
  return [...new Set([...mine.keys(), ...theirs.keys()])].filter((name) =>
    mine.get(name) !== theirs.get(name) && (!seen || mine.get(name) !== seen.get(name))
  );
}
