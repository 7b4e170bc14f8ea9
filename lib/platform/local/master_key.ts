import { base64url, fromBase64url } from "../../base64.ts";
import { join } from "@std/path";
import { readSetting } from "./control/settings.ts";
import type { Control } from "./control/store.ts";
import { settings } from "./control/tables.ts";
import { noStateFolder } from "./no_state_folder.ts";

/** Length of the key in bytes. */
const LENGTH = 32;
/** The setting with the name of the key's file. The name is no secret. */
const KEY_NAME = "key_name";

/** The project's master key, or null when it was never made, or is not in the folder (any more). */
export async function readMasterKey(
  folder: string | null,
  control: Control,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const name = await readSetting<string>(control, KEY_NAME);
  return name === null || folder === null ? null : readKeyFile(keyFile(folder, name));
}

/**
 * The project's master key, made on first use. Any number of processes at once get the same one: the
 * first name in the database counts, and the first file of that name.
 *
 * @throws Failure NO_STATE_DIR (config)
 */
export async function ensureMasterKey(
  folder: string | null,
  control: Control,
  now: number,
): Promise<Uint8Array<ArrayBuffer>> {
  if (folder === null) throw noStateFolder(folder);
  const db = await control.write();
  const value = crypto.randomUUID();
  await db.insert(settings).values({ name: KEY_NAME, value, updatedAt: now }).onConflictDoNothing({
    target: settings.name,
  });
  const file = keyFile(folder, await readSetting<string>(control, KEY_NAME) ?? value);
  try {
    return readKeyFile(file) ?? makeKeyFile(folder, file);
  } catch (cause) {
    throw noStateFolder(folder, cause);
  }
}

function keyFile(folder: string, name: string): string {
  return join(folder, "keys", name);
}

function readKeyFile(file: string): Uint8Array<ArrayBuffer> | null {
  try {
    const key = fromBase64url(Deno.readTextFileSync(file).trim());
    return key?.length === LENGTH ? key : null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound || error instanceof Deno.errors.NotADirectory) {
      return null;
    }
    throw error;
  }
}

/** Writes a whole file aside and links it into place: a link never replaces what another process made. */
function makeKeyFile(folder: string, file: string): Uint8Array<ArrayBuffer> {
  Deno.mkdirSync(join(folder, "keys"), { recursive: true, mode: 0o700 });
  const aside = join(folder, "keys", `.${crypto.randomUUID()}.tmp`);
  const key = crypto.getRandomValues(new Uint8Array(LENGTH));
  try {
    const handle = Deno.openSync(aside, { write: true, createNew: true, mode: 0o600 });
    handle.writeSync(new TextEncoder().encode(base64url(key) + "\n"));
    handle.syncSync();
    handle.close();
    Deno.linkSync(aside, file);
    syncFolder(join(folder, "keys"));
    return key;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
    const made = readKeyFile(file);
    if (!made) throw new Error(`\`${file}\` holds no key`);
    return made;
  } finally {
    try {
      Deno.removeSync(aside);
    } catch {
      // It was never made.
    }
  }
}

/** Makes the new name last through a power cut: without it, what was sealed would be lost. */
function syncFolder(path: string): void {
  try {
    const handle = Deno.openSync(path);
    handle.syncSync();
    handle.close();
  } catch {
    // Windows opens no folders, and keeps their entries by itself.
  }
}
