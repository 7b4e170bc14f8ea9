/**
 * What `server/dev/seed.ts` runs in (asset `seed_runtime.js`): an app with one request, answered by the
 * seed. In a seed's bundle this is also the module `@edgespark/devkit` (contract section 4.3).
 */
import type { FetchApp } from "../app_module.ts";
import type { D1Binding } from "../d1.ts";
import { type SignedUp, signUp } from "./sign_up.ts";

/** What a seed gets. */
export interface SeedContext<DB = unknown> {
  /** drizzle-orm's client with the app's schema. */
  db: DB;
  /** Where `dev` answers, without a slash at the end. */
  origin: string;
  /** Without credentials; a path is meant on `origin`. */
  fetch(path: string | URL, init?: RequestInit): Promise<Response>;
  auth: {
    /** Signs up with a verified address; a user who is there already signs in. */
    createUser(user: { email: string; password: string; name: string }): Promise<SignedUp>;
  };
}

/** A seed, as a project exports it. */
export type Seed<DB = unknown> = (context: SeedContext<DB>) => unknown;

/** Names the type of a seed. */
export function defineSeed<DB>(seed: Seed<DB>): Seed<DB> {
  return seed;
}

/** How a seed went; the stack is not mapped yet. */
export type SeedAnswer = { ok: true } | { ok: false; message: string; stack: string };

/** The header that proves that `dev` asks. */
export const SEED_TOKEN = "x-edgespark-seed";

/**
 * @param seed the default export of `server/dev/seed.ts`
 * @param connect makes the client over a binding
 * @param binding the app's own, behind the SQL guard; asked for within the request
 */
export function seedApp(
  seed: unknown,
  connect: (binding: D1Binding) => unknown,
  binding: () => D1Binding,
  token: string,
): FetchApp {
  return {
    async fetch(request) {
      if (request.headers.get(SEED_TOKEN) !== token) return new Response(null, { status: 403 });
      const { origin } = await request.json() as { origin: string };
      return Response.json(await run(seed, origin, connect(emptiable(binding()))));
    },
  };
}

async function run(seed: unknown, origin: string, db: unknown): Promise<SeedAnswer> {
  try {
    if (typeof seed !== "function") {
      throw new TypeError("The default export of `dev/seed.ts` is no function");
    }
    await seed(
      {
        db,
        origin,
        fetch: (path, init) => fetch(new URL(path, origin), { credentials: "omit", ...init }),
        auth: { createUser: (user) => signUp(origin, user) },
      } satisfies SeedContext,
    );
    return { ok: true };
  } catch (error) {
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const cause = error instanceof Error && error.cause instanceof Error
      ? `: ${error.cause.message}`
      : "";
    const stack = error instanceof Error ? error.stack ?? "" : "";
    return { ok: false, message: message + cause, stack };
  }
}

const WHOLE_TABLE = /^\s*delete\s+from\s+("[^"]+"|`[^`]+`|\w+)\s*;?\s*$/i;

/** A seed may empty a table: `db.delete(table)` has no WHERE, which the guard asks for. */
function emptiable(client: D1Binding): D1Binding {
  return new Proxy(client, {
    get(target, name) {
      if (name === "prepare") {
        return (sql: string) =>
          target.prepare(sql.replace(WHOLE_TABLE, "DELETE FROM $1 WHERE true"));
      }
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
