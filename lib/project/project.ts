import { dirname, join } from "@std/path";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { parseConfig, type ProjectConfig } from "./config.ts";

/** A repository that declares a backend: where it is and where its parts lie. All paths are absolute. */
export interface Project {
  root: string;
  config: ProjectConfig;
  /** `edgespark.toml`. */
  configFile: string;
  server: string;
  /** `server/src/defs`. */
  defs: string;
  /** `server/src/__generated__`. */
  generated: string;
  /** `server/drizzle`. */
  migrations: string;
  authConfigFile: string;
  web: { root: string; output: string } | null;
  /** `.edgespark`: local state, never committed. */
  state: string;
}

const CONFIG_NAME = "edgespark.toml";

/**
 * Finds the project: `dir` when given (it must hold `edgespark.toml`), else from the working folder up.
 *
 * @throws Failure NOT_IN_PROJECT (usage) with where it looked; those of parseConfig (config).
 */
export async function openProject(system: System, dir: string | undefined): Promise<Project> {
  const looked: string[] = [];
  for (let folder = dir ?? system.env.cwd;; folder = dirname(folder)) {
    looked.push(folder);
    const file = join(folder, CONFIG_NAME);
    const bytes = await system.files.read(file);
    if (bytes) return projectAt(folder, parseConfig(decode(bytes, file), CONFIG_NAME), system);
    if (dir !== undefined || dirname(folder) === folder) break;
  }
  throw new Failure(
    "usage",
    "NOT_IN_PROJECT",
    `No \`${CONFIG_NAME}\` in \`${looked[0]}\`${
      looked.length > 1 ? " or any folder above it" : ""
    }`,
    {
      hint:
        "Run the command inside a project, name one with `--project <dir>`, or make one with `edgespark init <name> --agent <agent>`",
      details: { looked },
    },
  );
}

function projectAt(root: string, config: ProjectConfig, system: System): Project {
  const override = system.env.get("EDGESPARK_PLATFORM");
  if (override && override !== "local" && override !== "cloudflare") {
    throw new Failure(
      "config",
      "CONFIG_TYPE",
      '`EDGESPARK_PLATFORM` must be "local" or "cloudflare"',
    );
  }
  const server = join(root, config.serverPath);
  return {
    root,
    config: {
      ...config,
      provider: (override as ProjectConfig["provider"] | undefined) || config.provider,
    },
    configFile: join(root, CONFIG_NAME),
    server,
    defs: join(server, "src", "defs"),
    generated: join(server, "src", "__generated__"),
    migrations: join(server, "drizzle"),
    authConfigFile: join(root, "configs", "auth-config.yaml"),
    web: config.web &&
      { root: join(root, config.web.path), output: join(root, config.web.outputPath) },
    state: join(root, ".edgespark"),
  };
}

/** UTF-8 text of a project file, without a byte order mark. */
export function decode(bytes: Uint8Array, file: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new Failure("config", "NOT_UTF8", `\`${file}\` is not UTF-8 text`, {
      hint: "Save the file as UTF-8",
      details: { file },
      cause,
    });
  }
}
