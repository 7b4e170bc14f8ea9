import { join } from "@std/path";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import type { AuthConfig } from "./auth_config.ts";

/**
 * What this checkout last saw applied, by pulling or by applying it: the third side of the comparison.
 * `config` is null when nothing had been applied then.
 */
export interface AuthBase {
  config: AuthConfig | null;
}

/**
 * The base of the project's provider; null when this checkout has never seen what is applied there. A
 * file that cannot be understood counts as none: then every difference is a conflict, none is lost.
 */
export async function readAuthBase(system: System, project: Project): Promise<AuthBase | null> {
  return (await readAll(system, project))[project.config.provider] ?? null;
}

/** Keeps what was seen; writes only when it is something else. The caller holds the lock. */
export async function keepAuthBase(
  system: System,
  project: Project,
  config: AuthConfig | null,
): Promise<void> {
  const before = await readAll(system, project);
  const after = { ...before, [project.config.provider]: { config } };
  if (JSON.stringify(after) === JSON.stringify(before)) return;
  await system.files.write(fileOf(project), `${JSON.stringify(after, null, 2)}\n`);
}

/** Below `.edgespark`, so per checkout and never committed: two people have seen different things. */
function fileOf(project: Project): string {
  return join(project.state, "auth-base.json");
}

async function readAll(
  system: System,
  project: Project,
): Promise<Partial<Record<string, AuthBase>>> {
  const bytes = await system.files.read(fileOf(project));
  if (!bytes) return {};
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, AuthBase] => isBase(entry[1])),
    );
  } catch {
    return {};
  }
}

/** This program wrote the file; only its outline is looked at. */
function isBase(value: unknown): value is AuthBase {
  if (typeof value !== "object" || value === null || !("config" in value)) return false;
  const { config } = value;
  return config === null ||
    (typeof config === "object" && "session" in config && "providerEmailPassword" in config);
}
