import { hex } from "../../../hex.ts";
import { dirname, join } from "@std/path";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { LocalPaths } from "../paths.ts";
import { folderAddress } from "./control_line.ts";

/** A socket's path must fit into `sockaddr_un`: 104 bytes on macOS, 108 on Linux, with a closing zero. */
const LONGEST = 100;

/**
 * Where the control channel stands: a socket, or on Windows, and with `EDGESPARK_CONTROL=files`, a
 * folder in `.edgespark/local`.
 */
export function controlAddress(system: System, paths: LocalPaths): Promise<string> {
  const files = system.env.os === "windows" || system.env.get("EDGESPARK_CONTROL") === "files";
  return files ? Promise.resolve(callsFolder(paths)) : socketPath(system, paths);
}

/** Whether a running server of this project may stand there. */
export async function isOwnAddress(
  address: string,
  system: System,
  paths: LocalPaths,
): Promise<boolean> {
  return address === callsFolder(paths) || address === await socketPath(system, paths);
}

function callsFolder(paths: LocalPaths): string {
  return folderAddress(join(paths.folder, "calls"));
}

/**
 * In `.edgespark/local`, or, when that path is too long for a socket, in a folder of this user in the
 * temp folder whose name follows from the project's path.
 */
async function socketPath(system: System, paths: LocalPaths): Promise<string> {
  const inside = join(paths.folder, "server.sock");
  if (new TextEncoder().encode(inside).length <= LONGEST) return inside;
  const hash = new Uint8Array(
    await crypto.subtle.digest("SHA-256", new TextEncoder().encode(paths.folder)),
  );
  const name = `edgespark-${hex(hash.slice(0, 8))}`;
  return join(system.env.get("TMPDIR") || "/tmp", name, "server.sock");
}

/** Makes the socket's folder, for this user only, and clears away what a dead server left. */
export async function prepareSocket(socket: string): Promise<void> {
  const folder = dirname(socket);
  await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
  const info = await Deno.lstat(folder);
  const foreign = info.uid !== null && info.uid !== Deno.uid();
  // Where others may write, they could put a socket of theirs in the place of ours.
  if (!info.isDirectory || foreign || ((info.mode ?? 0) & 0o022) !== 0) {
    throw new Failure(
      "failed",
      "SOCKET_FOLDER_UNSAFE",
      `\`${folder}\` may be written by other users`,
      {
        hint: `Run \`chmod go-w ${folder}\`, then run the command again`,
        details: { folder },
      },
    );
  }
  await Deno.remove(socket).catch((error) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
