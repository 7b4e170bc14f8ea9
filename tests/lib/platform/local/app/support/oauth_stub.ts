import assert from "node:assert/strict";

/** Who signs in at the provider. */
export interface Person {
  id: string;
  email: string | null;
  name: string;
  verified: boolean;
}

/** What the provider was asked by the app's server. */
export interface Asked {
  /** Host and path, such as "github.com/login/oauth/access_token". */
  what: string;
  form: URLSearchParams;
  authorization: string | null;
}

/** The hosts of the providers' own servers that are played here. */
const HOSTS = [
  ...["accounts.google.com", "oauth2.googleapis.com", "www.googleapis.com"],
  ...["github.com", "api.github.com", "gitlab.com", "discord.com", "appleid.apple.com"],
  ...["login.microsoftonline.com", "graph.microsoft.com"],
];

/** The six providers in one server: tokens, user information, keys. */
export class OAuthStub {
  person: Person = { id: "1001", email: "anna@example.com", name: "Anna", verified: true };
  /** The next token request is answered with this status. */
  tokenStatus = 200;
  readonly asked: Asked[] = [];
  readonly #server: Deno.HttpServer<Deno.NetAddr>;
  readonly #keys: Promise<CryptoKeyPair>;

  constructor() {
    this.#keys = crypto.subtle.generateKey(
      {
        name: "RSASSA-PKCS1-v1_5",
        modulusLength: 2048,
        publicExponent: new Uint8Array([1, 0, 1]),
        hash: "SHA-256",
      },
      true,
      ["sign", "verify"],
    );
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => this.#answer(request),
    );
  }

  /** Code that runs before the app Worker's own: it finds the providers here. */
  get banner(): string {
    return `{ const real = globalThis.fetch; const hosts = new Set(${JSON.stringify(HOSTS)});
      globalThis.fetch = (input, init) => {
        const request = new Request(input, init); const url = new URL(request.url);
        return hosts.has(url.host)
          ? real("http://127.0.0.1:${this.#server.addr.port}/" + url.host + url.pathname + url.search, request)
          : real(request);
      }; }`;
  }

  /** An id token as the provider signs it. */
  async idToken(claims: Record<string, unknown> = {}): Promise<string> {
    const now = Math.floor(Date.now() / 1000);
    const { id, email, name, verified } = this.person;
    const payload = {
      sub: id,
      ...(email !== null && { email }),
      email_verified: verified,
      name,
      iat: now,
      exp: now + 600,
      ...claims,
    };
    const text = `${base64({ alg: "RS256", kid: "k1" })}.${base64(payload)}`;
    const { privateKey } = await this.#keys;
    const bytes = new TextEncoder().encode(text);
    const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", privateKey, bytes);
    return `${text}.${
      new Uint8Array(signature).toBase64({ alphabet: "base64url", omitPadding: true })
    }`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  async #answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const what = decodeURIComponent(url.pathname.slice(1));
    const form = new URLSearchParams(request.method === "POST" ? await request.text() : "");
    this.asked.push({ what, form, authorization: request.headers.get("authorization") });
    const { id, email, name, verified } = this.person;
    if (/(?:\/token|access_token)$/.test(what)) {
      if (this.tokenStatus !== 200) {
        return Response.json({ error: "invalid_grant" }, { status: this.tokenStatus });
      }
      const token = { access_token: "an-access-token", token_type: "Bearer", expires_in: 3600 };
      const openid = /google|apple|microsoft/.test(what);
      return Response.json(openid ? { ...token, id_token: await this.idToken() } : token);
    }
    switch (what) {
      case "api.github.com/user":
        return Response.json({ id: Number(id), login: "anna", name, email: null, avatar_url: "" });
      case "api.github.com/user/emails":
        return Response.json(
          email === null ? [] : [
            { email: "other@example.com", primary: false, verified: true },
            { email, primary: true, verified },
          ],
        );
      case "gitlab.com/api/v4/user":
        return Response.json({
          ...{ id: Number(id), username: "anna", name, email, state: "active", locked: false },
          email_verified: verified,
        });
      case "discord.com/api/users/@me":
        return Response.json({
          ...{ id, username: "anna", global_name: name, email, verified },
          ...{ avatar: null, discriminator: "0" },
        });
      case "www.googleapis.com/oauth2/v3/certs":
      case "appleid.apple.com/auth/keys": {
        const key = await crypto.subtle.exportKey("jwk", (await this.#keys).publicKey);
        return Response.json({ keys: [{ ...key, kid: "k1", alg: "RS256", use: "sig" }] });
      }
    }
    return new Response("Not here", { status: 404 });
  }

  /** The form of the last token request. */
  lastToken(): Asked {
    const found = this.asked.findLast(({ what }) => /(?:\/token|access_token)$/.test(what));
    assert.ok(found, "No token was asked for");
    return found;
  }
}

function base64(value: unknown): string {
  return new TextEncoder().encode(JSON.stringify(value))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}
