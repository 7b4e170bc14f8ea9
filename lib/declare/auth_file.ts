import { relative } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { decode, type Project } from "../project/project.ts";
import type { AuthConfig } from "./auth_config.ts";

/** `configs/auth-config.yaml` as it stands in the project. */
export interface AuthFile {
  text: string;
  config: AuthConfig;
}

/** How messages name the file. */
export function authFileName(project: Project): string {
  return relative(project.root, project.authConfigFile).replaceAll("\\", "/");
}

/**
 * Reads and checks the project's auth config; null when it has none.
 *
 * @throws Failure AUTH_CONFIG_INVALID, NOT_UTF8 (config)
 */
export async function readAuthFile(system: System, project: Project): Promise<AuthFile | null> {
  const bytes = await system.files.read(project.authConfigFile);
  if (!bytes) return null;
  const name = authFileName(project);
  const text = decode(bytes, name);
  const { parseAuthYaml } = await import("./auth_yaml.ts");
  return { text, config: parseAuthYaml(text, name) };
}

/** What is said when a command needs the file and there is none. */
export function noAuthFile(project: Project): Failure {
  return new Failure("config", "AUTH_CONFIG_MISSING", `There is no \`${authFileName(project)}\``, {
    hint: "Write it with `edgespark auth pull`",
    details: { file: authFileName(project) },
  });
}
