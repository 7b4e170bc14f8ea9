import assert from "node:assert/strict";
import type { World } from "./world.ts";

/** Who signs up in tests. */
export const ANNA = { name: "Anna", email: "anna@example.com", password: "correct horse" };

/** A browser as far as the auth service can tell: it keeps cookies and says where it is. */
export class Visitor {
  readonly cookies = new Map<string, string>();
  /** Sent with every request. */
  readonly headers: Record<string, string>;

  constructor(readonly world: World, headers: Record<string, string> = {}) {
    this.headers = { origin: world.url, ...headers };
  }

  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    for (const [name, value] of Object.entries(this.headers)) {
      if (!headers.has(name)) headers.set(name, value);
    }
    if (this.cookies.size > 0) headers.set("cookie", this.cookie);
    const response = await fetch(new URL(path, this.world.url), {
      ...init,
      headers,
      redirect: "manual",
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line)) this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
    return response;
  }

  /** Asks the auth service, `path` such as "/sign-in/email". */
  auth(path: string, body?: unknown, init: RequestInit = {}): Promise<Response> {
    return this.fetch(`/api/_es/auth${path}`, {
      ...(body !== undefined && {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      }),
      ...init,
    });
  }

  /** The same, for an answer of JSON with this status. */
  // deno-lint-ignore no-explicit-any -- tests look into answers of many shapes
  async ask(status: number, path: string, body?: unknown): Promise<any> {
    const response = await this.auth(path, body);
    const text = await response.text();
    assert.equal(response.status, status, `${path}: ${text}`);
    return JSON.parse(text);
  }

  signUp(user: object = ANNA): Promise<{ token: string; user: { id: string } }> {
    return this.ask(200, "/sign-up/email", user);
  }

  /** Who the app says is signed in; null: nobody. */
  // deno-lint-ignore no-explicit-any -- the app's answer
  async who(): Promise<any> {
    return (await (await this.fetch("/api/public/who")).json()).user;
  }
}

/** What follows `to <address>: ... : ` in the newest message that the log has for an address. */
export async function mailed(world: World, to: string, what: string): Promise<string> {
  const { message } = await world.logged((record) =>
    record.message?.startsWith(`[auth mail] to ${to}: ${what}`) ?? false
  );
  return /: (\S+)$/.exec(message!)![1]!;
}
