import assert from "node:assert/strict";
import { join } from "@std/path";
import { z } from "zod";
import { authJsonSchema, authSchemaText } from "../../../lib/declare/auth_json_schema.ts";
import { parseAuthYaml } from "../../../lib/declare/auth_yaml.ts";
import { parse } from "@std/yaml";
import { ROOT } from "../../support/fixtures.ts";
import { AUTH_FILE, authWorld } from "./auth_world.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const BOMB = "a: &a [x, x]\n" +
  [..."bcdefghij"].map((name, index) =>
    `${name}: &${name} [${`*${"abcdefghij"[index]},`.repeat(9)}]\n`
  ).join("");
const GITHUB = (id: string, secret: string) =>
  `providerGithub:\n  enabled: true\n  config:\n    clientIdVarRef: ${id}\n    clientSecretRef: ${secret}\n`;

/** What both commands say to a file: [what, content, exit code, code, line and column, words]. */
const FILES: [
  string,
  Uint8Array | null | "folder",
  number,
  string,
  [number, number] | null,
  RegExp,
][] = [
  ["no UTF-8", new Uint8Array([0x23, 0xff, 0xfe, 0x0a]), 7, "NOT_UTF8", null, /not UTF-8/],
  ["UTF-16", new Uint8Array([0xff, 0xfe, 0x61, 0]), 7, "NOT_UTF8", null, /not UTF-8/],
  ["a folder", "folder", 1, "FILE_UNREADABLE", null, /Cannot read/],
  ["empty", bytes(""), 7, "AUTH_CONFIG_INVALID", [1, 1], /is empty/],
  ["blank", bytes(" \r\n\n"), 7, "AUTH_CONFIG_INVALID", [1, 1], /is empty/],
  ["a list", bytes("- a\n"), 7, "AUTH_CONFIG_INVALID", [1, 1], /not a mapping/],
  ["a text", bytes("hello\n"), 7, "AUTH_CONFIG_INVALID", [1, 1], /not a mapping/],
  [
    "JSON with a comma more",
    bytes('{"disableSignUp": true,,}'),
    7,
    "AUTH_CONFIG_INVALID",
    [1, 24],
    /./,
  ],
  ["a tab", bytes("session:\n\texpiresIn: 1\n"), 7, "AUTH_CONFIG_INVALID", [2, 1], /[Tt]ab/],
  [
    "a tab after CRLF",
    bytes("session:\r\n\texpiresIn: 1\r\n"),
    7,
    "AUTH_CONFIG_INVALID",
    [2, 1],
    /[Tt]ab/,
  ],
  ["a key twice", bytes("session: {}\nsession: {}\n"), 7, "AUTH_CONFIG_INVALID", [2, 1], /unique/],
  [
    "an anchor",
    bytes("session: &a\n  expiresIn: 5\n"),
    7,
    "AUTH_CONFIG_INVALID",
    [2, 3],
    /Anchors/,
  ],
  ["a bomb", bytes(BOMB), 7, "AUTH_CONFIG_INVALID", [1, 7], /Anchors/],
  ["too large", bytes("# x\n".repeat(20_000)), 7, "AUTH_CONFIG_INVALID", [1, 1], /longer than/],
  ["an unknown key", bytes("\r\nsesion: {}\r\n"), 7, "AUTH_CONFIG_INVALID", [2, 1], /`sesion`/],
  ["a wrong type", bytes("session: soon\n"), 7, "AUTH_CONFIG_INVALID", [1, 10], /mapping/],
];

for (const [what, content, code, name, place, words] of FILES) {
  Deno.test(`auth apply and auth pull refuse a file that is ${what}, and leave it alone`, () =>
    authWorld(async ({ cwd, say, write }) => {
      if (content === "folder") await Deno.mkdir(`${cwd}/${AUTH_FILE}`);
      else if (content) await write(content);
      for (const line of ["auth apply --json", "auth apply --dry-run --json", "auth pull --json"]) {
        const said = await say(line);
        assert.deepEqual([said.code, said.json?.error?.code], [code, name], `${line}: ${said.err}`);
        const { message, details } = said.json.error;
        assert.match(message, words);
        if (place) assert.deepEqual([details.line, details.column], place, line);
      }
      if (content instanceof Uint8Array) {
        assert.deepEqual(await Deno.readFile(`${cwd}/${AUTH_FILE}`), content);
      }
      assert.equal(await Deno.stat(`${cwd}/.edgespark/local`).then(() => true, () => false), false);
    }));
}

/** Texts that people paste where a name belongs; none may be applied or repeated. */
const SECRETS: [string, string][] = [
  ["as the ref of a secret", GITHUB("GITHUB_CLIENT_ID", "ghp_canary0123456789")],
  ["as the ref of a var", GITHUB("ghp_canary0123456789", "GITHUB_CLIENT_SECRET")],
  [
    "under a name of its own",
    `${GITHUB("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET")}    clientSecret: ghp_canary0123456789\n`,
  ],
  ["as a tenant", "providerMicrosoft:\n  config:\n    tenantId: ghp_canary0123456789\n"],
  [
    "as a bundle",
    'providerApple:\n  config:\n    appBundleIdentifier: "-----BEGIN PRIVATE KEY-----canary"\n',
  ],
  ["as a boolean", "disableSignUp: ghp_canary0123456789\n"],
  ["as a number", "session:\n  expiresIn: ghp_canary0123456789\n"],
  ["as a mapping", "session: ghp_canary0123456789\n"],
  ["as an alias", "session: *ghp_canary0123456789\n"],
  ["beside a syntax error", "session: ghp_canary0123456789: x\n  y\n"],
];

for (const [where, text] of SECRETS) {
  Deno.test(`a secret ${where} is refused, and not repeated`, () =>
    authWorld(async ({ say, write }) => {
      await write(text);
      for (const line of ["auth apply", "auth apply --json", "auth pull", "auth apply --dry-run"]) {
        const said = await say(line);
        assert.equal(said.code, 7, said.out + said.err);
        assert(!(said.out + said.err).includes("canary"), said.err);
      }
    }));
}

Deno.test("the published JSON Schema is the one that the program goes by", async () => {
  const published = await Deno.readTextFile(join(ROOT, "schemas", "auth-config.schema.json"));
  assert.equal(published, authSchemaText(), "Run `deno run -A scripts/auth_schema.ts`");
});

/** Whether a file is valid, and with it what editors say by the JSON Schema. */
const BOTH: [boolean, string][] = [
  [true, "disableSignUp: true\n"],
  [true, "session:\nproviderGoogle:\n  config:\n"],
  [true, GITHUB("GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET")],
  [true, "providerMicrosoft:\n  enabled: false\n  config:\n    tenantId: common\n"],
  [true, "session: {expiresIn: 1, updateAge: 0, disableSessionRefresh: true}\n"],
  [false, "disableSignup: true\n"],
  [false, 'disableSignUp: "yes"\n'],
  [false, "session: {expiresIn: 0}\n"],
  [false, "session: {expiresIn: 1.5}\n"],
  [false, "providerEmailPassword: {config: {minPasswordLength: 129}}\n"],
  [false, "providerGithub: {config: {clientSecretRef: OTHER}}\n"],
  [false, "providerGoogle: {config: {tenantId: x}}\n"],
  [false, "providerTwitter: {enabled: true}\n"],
];

for (const [valid, text] of BOTH) {
  Deno.test(`editors and the program agree on ${JSON.stringify(text).slice(0, 60)}`, () => {
    // The conversion knows no conditions: the one on refs is tested below.
    const plain = JSON.parse(
      JSON.stringify(
        authJsonSchema(),
        (key, value) => key === "if" || key === "then" ? undefined : value,
      ),
    );
    assert.equal(z.fromJSONSchema(plain).safeParse(parse(text)).success, valid);
    if (valid) parseAuthYaml(text, AUTH_FILE);
    else assert.throws(() => parseAuthYaml(text, AUTH_FILE), { code: "AUTH_CONFIG_INVALID" });
  });
}

Deno.test("every provider of the schema asks for its refs when it is enabled", () => {
  const { properties } = authJsonSchema() as {
    properties: Record<string, { then?: { properties: { config: { required: string[] } } } }>;
  };
  const social = Object.entries(properties).filter(([name]) =>
    name.startsWith("provider") && name !== "providerEmailPassword"
  );
  assert.equal(social.length, 6);
  for (const [name, { then }] of social) {
    assert.deepEqual(then?.properties.config.required, ["clientIdVarRef", "clientSecretRef"], name);
  }
});
