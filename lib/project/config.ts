import { parse, TomlError } from "smol-toml";
import { Failure } from "../failure.ts";
import { suggest } from "../suggest.ts";

/** `edgespark.toml`, read and completed with defaults (contract section 2.1, decisions "What we build"). */
export interface ProjectConfig {
  projectId: string | null;
  /** Relative to the root; "server" unless the file says otherwise. */
  serverPath: string;
  web: { path: string; outputPath: string } | null;
  /** Overrides the default git branch for `db migrate`. */
  migrationBranch: string | null;
  provider: "local" | "cloudflare";
  /** `[runtime] allow_net`: hosts that the app may call; null means the default. */
  allowNet: string[] | null;
  /** `[runtime] allow_origins`: other origins whose pages may call the app with credentials. */
  allowOrigins: string[];
  /** `[runtime] memory_mb`: the JavaScript heap of the app, MiB; null means the default. */
  memoryMb: number | null;
}

type Table = Record<string, unknown>;

const KNOWN: Record<string, readonly string[]> = {
  "": ["project_id", "name", "server", "web", "db", "platform", "runtime"],
  server: ["path"],
  web: ["path", "output_path"],
  db: ["migration_branch"],
  platform: ["provider"],
  runtime: ["allow_net", "allow_origins", "memory_mb"],
};

/**
 * Reads the text of `edgespark.toml`.
 *
 * @throws Failure (config): CONFIG_INVALID with line and column for broken TOML, CONFIG_KEY_UNKNOWN,
 * CONFIG_TYPE, LEGACY_LAYOUT.
 */
export function parseConfig(text: string, file: string): ProjectConfig {
  const root = parseToml(text, file);
  if ("app" in root) {
    throw new Failure(
      "config",
      "LEGACY_LAYOUT",
      `\`${file}\` uses the old layout (\`[app.server]\`)`,
      {
        hint:
          "Rename `[app.server]` to `[server]` and `[app.web]` to `[web]`, export the Hono app as default from `server/src/index.ts`, and declare tables in `server/src/defs/db_schema.ts`",
        details: { file },
      },
    );
  }
  for (const [section, known] of Object.entries(KNOWN)) {
    const table = section === "" ? root : section in root ? tableAt(root, section, file) : {};
    for (const key of Object.keys(table)) {
      if (known.includes(key)) continue;
      const name = section === "" ? key : `${section}.${key}`;
      const near = suggest(key, known);
      throw new Failure("config", "CONFIG_KEY_UNKNOWN", `Unknown key \`${name}\` in \`${file}\``, {
        hint: near ? `Did you mean \`${near}\`?` : `Known keys here: ${known.join(", ")}`,
        details: { file, ...positionOf(text, key) },
      });
    }
  }
  const server = "server" in root ? tableAt(root, "server", file) : {};
  const web = "web" in root ? tableAt(root, "web", file) : null;
  const db = "db" in root ? tableAt(root, "db", file) : {};
  const platform = "platform" in root ? tableAt(root, "platform", file) : {};
  const runtime = "runtime" in root ? tableAt(root, "runtime", file) : {};
  const provider = text_(platform, "provider", file) ?? "local";
  if (provider !== "local" && provider !== "cloudflare") {
    throw new Failure(
      "config",
      "CONFIG_TYPE",
      `\`platform.provider\` in \`${file}\` must be "local" or "cloudflare"`,
      {
        details: { file, ...positionOf(text, "provider") },
      },
    );
  }
  const webPath = web ? text_(web, "path", file) ?? "web" : "web";
  return {
    projectId: text_(root, "project_id", file),
    serverPath: inside(text_(server, "path", file) ?? "server", "server.path", file),
    web: web && {
      path: inside(webPath, "web.path", file),
      outputPath: inside(
        text_(web, "output_path", file) ?? `${webPath}/dist`,
        "web.output_path",
        file,
      ),
    },
    migrationBranch: text_(db, "migration_branch", file),
    provider,
    allowNet: list(runtime, "allow_net", file),
    allowOrigins: origins(runtime, "allow_origins", file),
    memoryMb: wholeNumber(runtime, "memory_mb", file, 64),
  };
}

function parseToml(text: string, file: string): Table {
  try {
    return parse(text) as Table;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const reason = error.message.split("\n")[0]!.replace(/^Invalid TOML document: /, "");
    throw new Failure(
      "config",
      "CONFIG_INVALID",
      `Invalid \`${file}\`: ${reason} (line ${error.line}, column ${error.column})`,
      {
        details: { file, line: error.line, column: error.column },
        cause: error,
      },
    );
  }
}

function tableAt(root: Table, key: string, file: string): Table {
  const value = root[key];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Table;
  throw wrongType(key, "a table", file);
}

function text_(table: Table, key: string, file: string): string | null {
  const value = table[key];
  if (value === undefined) return null;
  if (typeof value === "string" && value !== "") return value;
  throw wrongType(key, "a non-empty string", file);
}

function list(table: Table, key: string, file: string): string[] | null {
  const value = table[key];
  if (value === undefined) return null;
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) return value;
  throw wrongType(key, "a list of strings", file);
}

/** Whole origins as browsers send them, such as "https://app.example": nothing is left to match. */
function origins(table: Table, key: string, file: string): string[] {
  const values = list(table, key, file) ?? [];
  const whole = (value: string) =>
    /^https?:\/\/[^*?]+$/.test(value) && URL.parse(value)?.origin === value;
  if (values.every(whole)) return values;
  throw wrongType(key, 'a list of origins such as "https://app.example"', file);
}

function wholeNumber(table: Table, key: string, file: string, least: number): number | null {
  const value = table[key];
  if (value === undefined) return null;
  if (typeof value === "number" && Number.isInteger(value) && value >= least) return value;
  throw wrongType(key, `a whole number from ${least} on`, file);
}

/** A path of the config must stay inside the project, on every system. */
function inside(path: string, key: string, file: string): string {
  const parts = path.split(/[\\/]/).filter((part) => part !== "" && part !== ".");
  if (!/^([\\/]|[A-Za-z]:)/.test(path) && !parts.includes("..")) return parts.join("/") || ".";
  throw new Failure(
    "config",
    "CONFIG_PATH",
    `\`${key}\` in \`${file}\` must be a path inside the project`,
    {
      details: { file },
    },
  );
}

function wrongType(key: string, wanted: string, file: string): Failure {
  return new Failure("config", "CONFIG_TYPE", `\`${key}\` in \`${file}\` must be ${wanted}`, {
    details: { file },
  });
}

/** Line and column (from 1) of the first place where a key stands. */
function positionOf(text: string, key: string): { line: number; column: number } | undefined {
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const column = line.search(
      new RegExp(`(^|[.\\[\\s"'])${key.replace(/[^\w-]/g, "\\$&")}(["'\\]\\s.=]|$)`),
    );
    if (column >= 0) return { line: index + 1, column: line.indexOf(key, column) + 1 };
  }
}
