import { base64url } from "../../base64.ts";
import { isNotNull } from "drizzle-orm";
import { Failure } from "../../failure.ts";
import { derive, seal, sealingKey, unseal } from "./cipher.ts";
import type { Control } from "./control/store.ts";
import { secrets } from "./control/tables.ts";
import { ensureMasterKey, readMasterKey } from "./master_key.ts";

/** A value as it stands in the control database. */
export interface Sealed {
  sealed: Uint8Array<ArrayBuffer>;
  /** Names the key it was sealed with: the first 16 hex digits of its SHA-256. */
  keyId: string;
}

/** Seals one value under the name of its key. */
export type Seal = (key: string, value: string) => Promise<Sealed>;

/**
 * Makes the sealer of a project (AES-256-GCM; the name is authenticated, so that a sealed value cannot
 * be moved to another name), and its key in the state folder when there is none yet.
 *
 * @throws Failure NO_STATE_DIR (config)
 */
export async function openSealer(
  folder: string | null,
  control: Control,
  now: number,
): Promise<Seal> {
  const { aes, id } = await sealingKey(await ensureMasterKey(folder, control, now));
  return async (key, value) => ({ sealed: await seal(aes, key, value), keyId: id });
}

/**
 * Every secret in clear. For the server's own process only: no command may call this.
 *
 * @throws Failure SECRETS_LOCKED (config) that names the keys which must be entered again.
 */
export async function unsealAll(
  folder: string | null,
  control: Control,
): Promise<Record<string, string>> {
  const rows = await sealedRows(control);
  if (rows.length === 0) return {};
  const master = await readMasterKey(folder, control);
  const key = master && await sealingKey(master);
  const opened = await Promise.all(rows.map(async (row): Promise<[string, string | null]> => [
    row.key,
    key && row.keyId === key.id ? await unseal(key.aes, row.key, row.sealed) : null,
  ]));
  const locked = opened.filter(([, value]) => value === null).map(([name]) => name);
  if (locked.length > 0) throw secretsLocked(locked);
  return Object.fromEntries(opened as [string, string][]);
}

/** Names of the secrets whose value this machine cannot open. Opens none. */
export async function lockedSecrets(folder: string | null, control: Control): Promise<string[]> {
  const rows = await sealedRows(control);
  if (rows.length === 0) return [];
  const master = await readMasterKey(folder, control);
  const id = master && (await sealingKey(master)).id;
  return rows.filter((row) => row.keyId !== id).map((row) => row.key);
}

/** What is said when values cannot be opened with the key at hand. */
export function secretsLocked(keys: string[]): Failure {
  return new Failure(
    "config",
    "SECRETS_LOCKED",
    `The sealing key of ${keys.join(", ")} is not on this machine`,
    {
      hint:
        `Put the key back into the state folder, or enter the values again: \`edgespark secret set ${
          keys.join(" ")
        }\``,
      details: { keys },
    },
  );
}

/** The keys that a server signs with. */
export interface ServerKeys {
  /** Signs session cookies. 43 characters, base64url. */
  authSecret: string;
  /** Signs presigned storage URLs. 43 characters, base64url. */
  presignKey: string;
  /** False: there is no state folder, so these last for this process only, and sessions with them. */
  lasting: boolean;
}

/** The signing keys of a project: the same ones at every start, where there is a state folder. */
export async function serverKeys(
  folder: string | null,
  control: Control,
  now: number,
): Promise<ServerKeys> {
  let master: Uint8Array<ArrayBuffer>;
  let lasting = true;
  try {
    master = await ensureMasterKey(folder, control, now);
  } catch (error) {
    // Everything that needs no secrets works without a state folder (decisions, "State").
    if (!(error instanceof Failure) || error.code !== "NO_STATE_DIR") throw error;
    master = crypto.getRandomValues(new Uint8Array(32));
    lasting = false;
  }
  const text = async (use: string) => base64url(await derive(master, use));
  return {
    authSecret: await text("edgespark auth 1"),
    presignKey: await text("edgespark presign 1"),
    lasting,
  };
}

async function sealedRows(control: Control) {
  const db = await control.read();
  const rows =
    await db?.select({ key: secrets.key, sealed: secrets.sealed, keyId: secrets.keyId }).from(
      secrets,
    )
      .where(isNotNull(secrets.sealed)).orderBy(secrets.key) ?? [];
  return rows.map((row) => ({ ...row, sealed: new Uint8Array(row.sealed!) }));
}
