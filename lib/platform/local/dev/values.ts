import { join } from "@std/path";
import { readEnvFile } from "../../../declare/env_file.ts";
import { readRuntimeKeys } from "../../../declare/runtime_keys.ts";
import type { Finding } from "../../../finding.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";

/** The values that `dev` gives to the app. */
export interface DevValues {
  vars: Record<string, string>;
  secrets: Record<string, string>;
  /** Declared keys without a value. */
  unset: string[];
  /** Keys with a value that nobody declares; the app does not get them. */
  undeclared: string[];
  findings: Finding[];
  /** Where they belong, relative to the project. */
  file: string;
}

const NAME = ".env.local";

/** The files that may hold values, the stronger one last: the project's root, then the server's folder. */
export function envFiles(project: Project): { path: string; name: string }[] {
  const inServer = project.config.serverPath;
  const files = [{ path: join(project.root, NAME), name: NAME }];
  if (inServer !== ".") {
    files.push({ path: join(project.server, NAME), name: `${inServer}/${NAME}` });
  }
  return files;
}

/**
 * Reads `.env.local` (contract section 4.3) and tells vars from secrets by what `defs/runtime.ts` declares.
 *
 * @throws Failure NOT_UTF8, ENV_FILE_TOO_LARGE, RUNTIME_KEYS_INVALID (config)
 */
export async function readDevValues(system: System, project: Project): Promise<DevValues> {
  const keys = await readRuntimeKeys(system, project);
  const values: Record<string, string> = {};
  const findings: Finding[] = [];
  for (const { path, name } of envFiles(project)) {
    const bytes = await system.files.read(path);
    if (!bytes) continue;
    const file = readEnvFile(bytes, name);
    Object.assign(values, file.values);
    findings.push(...file.findings);
  }
  const pick = (names: string[]) =>
    Object.fromEntries(
      names.filter((name) => Object.hasOwn(values, name)).map((name) => [name, values[name]!]),
    );
  const declared = [...keys.vars, ...keys.secrets];
  return {
    vars: pick(keys.vars),
    secrets: pick(keys.secrets),
    unset: declared.filter((name) => !Object.hasOwn(values, name)),
    undeclared: Object.keys(values).filter((name) => !declared.includes(name)),
    findings,
    file: envFiles(project).at(-1)!.name,
  };
}
