import { statfsSync, statSync } from "node:fs";
import process from "node:process";
import { dirname, join } from "@std/path";
import type { System } from "../../ports/system.ts";
import { stateFolder } from "../../state_folder.ts";
import { VERSION } from "../../version.ts";
import { type DoctorLine, error, ok, warning } from "./line.ts";

/** Below these the disk is too full to work, or soon will be; bytes. */
const NEEDED = 64 * 1024 * 1024;
const COMFORTABLE = 512 * 1024 * 1024;

/** What each permission is for, as it is said where it is missing. */
const USES: Record<string, string> = {
  read: "reading the project",
  write: "writing migrations, generated files and the local database",
  env: "finding the user's folders",
  run: "the sandbox, git, npm and the local server",
  net: "the local server and the page of `secret set`",
  sys: "telling the system apart",
};

/** The program and what it runs on. */
export function programLines(system: System): DoctorLine[] {
  const { deno, sqlite, v8 } = process.versions;
  const form = system.reentry.compiled ? "executable" : "JavaScript";
  const agent = system.terminal.interactive
    ? "a person can be asked"
    : "nobody is asked: no terminal, an agent or CI";
  const provider = system.env.get("EDGESPARK_PLATFORM");
  return [
    ok("program", `edgespark ${VERSION} (${form})`),
    ok("runtime", `Deno ${deno}, V8 ${v8}, SQLite ${sqlite}, ${system.env.os}`),
    ok(
      "environment",
      [agent, ...provider ? [`EDGESPARK_PLATFORM=${provider}`] : []].join("; "),
    ),
  ];
}

/** What this process may do. */
export function permissionLines(system: System): DoctorLine[] {
  const missing = Object.entries(system.permissions.held()).filter(([, has]) => has === "none");
  if (missing.length === 0) return [ok("permissions", "Everything that the program needs")];
  return missing.map(([name]) =>
    (name === "read" || name === "write" || name === "run" ? error : warning)(
      "permissions",
      `No permission to ${name}: ${USES[name]}`,
      `Start the program with \`--allow-${name}\`, as its installation does`,
    )
  );
}

/** The folder for keys, and who may read them. */
export async function stateLines(system: System): Promise<DoctorLine[]> {
  const folder = stateFolder(system.env);
  if (folder === null) {
    return [warning(
      "state folder",
      "There is none: this machine names no home, and secrets cannot be kept",
      "Set `EDGESPARK_STATE_DIR` to a folder outside the project that only your user may read",
    )];
  }
  const keys = join(folder, "keys");
  const names = await system.files.list(keys).catch(() => null);
  if (names === null) {
    return [error("state folder", `\`${keys}\` cannot be read`, `Run \`ls -ld ${keys}\``)];
  }
  const open = [keys, ...names.map(({ name }) => join(keys, name))].filter(isOpenToOthers);
  if (open.length > 0 && system.env.os !== "windows") {
    return open.map((path) =>
      error(
        "state folder",
        `Others may read \`${path}\``,
        `Run \`chmod ${path === keys ? "700" : "600"} ${path}\``,
      )
    );
  }
  const count = names.filter(({ name }) => !name.startsWith(".")).length;
  return [ok("state folder", `${folder} (${count} ${count === 1 ? "key" : "keys"})`)];
}

function isOpenToOthers(path: string): boolean {
  try {
    return (statSync(path).mode & 0o077) !== 0;
  } catch {
    return false;
  }
}

/** Free space where the program writes. */
export function diskLines(system: System, project: string | null): DoctorLine[] {
  const folders = [["project", project], ["state folder", stateFolder(system.env)]] as const;
  return folders.flatMap(([what, folder]) => {
    const free = folder === null ? null : freeAt(folder);
    if (free === null) return [];
    const text = `${Math.floor(free / 1024 / 1024)} MiB free for the ${what}`;
    const fix = "Free some space";
    if (free < NEEDED) return [error("disk", text, fix)];
    return [free < COMFORTABLE ? warning("disk", text, fix) : ok("disk", text)];
  });
}

/** Free bytes of the disk that a folder lies on or will lie on; null: the system does not tell. */
function freeAt(folder: string): number | null {
  for (let at = folder;; at = dirname(at)) {
    try {
      const { bavail, bsize } = statfsSync(at);
      return bavail * bsize;
    } catch {
      if (at === dirname(at)) return null;
    }
  }
}
