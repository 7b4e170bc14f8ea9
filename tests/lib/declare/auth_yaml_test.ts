import assert from "node:assert/strict";
import type { PlacedFinding } from "../../../lib/declare/auth_findings.ts";
import {
  type AuthConfig,
  DEFAULT_AUTH_CONFIG,
  sameAuthConfig,
} from "../../../lib/declare/auth_config.ts";
import { renderAuthConfig } from "../../../lib/declare/auth_text.ts";
import { mergeAuthYaml } from "../../../lib/declare/auth_merge.ts";
import { parseAuthYaml } from "../../../lib/declare/auth_yaml.ts";
import { Failure } from "../../../lib/failure.ts";
import { Random } from "../../support/random.ts";

const FILE = "configs/auth-config.yaml";

function findingsOf(text: string): PlacedFinding[] {
  try {
    parseAuthYaml(text, FILE);
  } catch (error) {
    assert(error instanceof Failure, String(error));
    assert.equal(error.kind, "config");
    assert.equal(error.code, "AUTH_CONFIG_INVALID");
    return error.details!.findings as PlacedFinding[];
  }
  throw new Error("it was accepted");
}

Deno.test("what we write reads back as it was", () => {
  const config: AuthConfig = {
    ...DEFAULT_AUTH_CONFIG,
    disableSignUp: true,
    session: { expiresIn: 60, updateAge: 0, disableSessionRefresh: true },
    providerMicrosoft: {
      enabled: true,
      config: {
        clientIdVarRef: "MICROSOFT_CLIENT_ID",
        clientSecretRef: "MICROSOFT_CLIENT_SECRET",
        tenantId: "no: comment # here",
      },
    },
  };
  assert.deepEqual(parseAuthYaml(renderAuthConfig(config), FILE), config);
  assert.deepEqual(parseAuthYaml(renderAuthConfig(DEFAULT_AUTH_CONFIG), FILE), DEFAULT_AUTH_CONFIG);
});

Deno.test("defaults fill what is not said, in any order, with comments, CRLF and a mark", () => {
  const text =
    "\uFEFF# ours\r\nproviderGoogle:\r\n  config: {}\r\n  # off\r\n  enabled: false\r\ndisableSignUp: true\r\n" +
    "session:\r\n  # expiresIn: 5\r\n";
  assert.deepEqual(parseAuthYaml(text, FILE), { ...DEFAULT_AUTH_CONFIG, disableSignUp: true });
});

const REFUSED: [string, string, number, number, RegExp, RegExp | null][] = [
  [
    "an unknown key",
    "disableSignup: true\n",
    1,
    1,
    /Unknown key `disableSignup`/,
    /`disableSignUp`/,
  ],
  [
    "an unknown key below",
    "providerEmailPassword:\n  enabled: true\n  config:\n    minPaswordLength: 9\n",
    4,
    5,
    /`providerEmailPassword\.config\.minPaswordLength`/,
    /`minPasswordLength`/,
  ],
  ["an unknown provider", "providerTwitter:\n  enabled: true\n", 1, 1, /`providerTwitter`/, null],
  ["__proto__", "__proto__:\n  a: 1\n", 1, 1, /Unknown key `__proto__`/, /Remove it/],
  ["a number as a key", "1: x\n", 1, 1, /Unknown key `1`/, /Remove it/],
  ["a merge key", "<<: {disableSignUp: true}\n", 1, 1, /Unknown key `<<`/, null],
  [
    "a word for a boolean",
    "disableSignUp: yes\n",
    1,
    16,
    /must be true or false/,
    /without quotes/,
  ],
  [
    "a text for a number",
    'session:\n  expiresIn: "60"\n',
    2,
    14,
    /`session\.expiresIn` must be a whole number/,
    null,
  ],
  ["a fraction", "session:\n  expiresIn: 1.5\n", 2, 14, /whole number/, null],
  ["too small a number", "session:\n  expiresIn: 0\n", 2, 14, /at least 1/, null],
  ["too large a number", "session:\n  expiresIn: 1e15\n", 2, 14, /at most/, null],
  [
    "too long a password",
    "providerEmailPassword:\n  config:\n    minPasswordLength: 129\n",
    3,
    24,
    /at most 128/,
    null,
  ],
  ["a list for a mapping", "session: []\n", 1, 10, /must be a mapping/, null],
  [
    "another ref than the fixed one",
    "providerGithub:\n  config:\n    clientSecretRef: ghp_value\n",
    3,
    22,
    /must be "GITHUB_CLIENT_SECRET"/,
    /`GITHUB_CLIENT_SECRET`/,
  ],
  [
    "an enabled provider without refs",
    "disableSignUp: false\nproviderGoogle:\n  enabled: true\n  config:\n    clientIdVarRef: GOOGLE_CLIENT_ID\n",
    2,
    1,
    /has no `config\.clientSecretRef`/,
    /`clientSecretRef: GOOGLE_CLIENT_SECRET`/,
  ],
  [
    "an Apple key elsewhere",
    "providerGoogle:\n  config:\n    appBundleIdentifier: x\n",
    3,
    5,
    /Unknown key/,
    null,
  ],
  ["a key twice", "disableSignUp: true\ndisableSignUp: false\n", 2, 1, /unique/, /Keep one/],
  ["a tab", "session:\n\texpiresIn: 1\n", 2, 1, /[Tt]ab/, null],
  ["an open quote", 'session: "x\n', 2, 1, /quote/, null],
  ["an anchor", "session: &a\n  expiresIn: 5\n", 2, 3, /Anchors/, /&a/],
  ["an alias", "disableSignUp: &a true\nenableAnonymous: *a\n", 1, 19, /Anchors/, null],
  ["a tag", "disableSignUp: !mine true\n", 1, 16, /tag|Tag/, null],
  [
    "two documents",
    "disableSignUp: true\n---\nenableAnonymous: true\n",
    2,
    1,
    /documents/,
    /one document/,
  ],
  ["a list", "- a\n", 1, 1, /not a mapping/, /auth pull/],
  ["an empty file", "", 1, 1, /empty/, /auth pull/],
  ["only comments", "# nothing\n", 1, 1, /empty/, null],
  ["a huge file", `# ${"x".repeat(70_000)}\ndisableSignUp: true\n`, 1, 1, /longer than/, null],
];

for (const [name, text, line, column, message, fix] of REFUSED) {
  Deno.test(`auth config refuses ${name}`, () => {
    const [first] = findingsOf(text);
    assert.match(first!.message, message);
    assert.deepEqual([first!.line, first!.column], [line, column]);
    if (fix) assert.match(first!.fix ?? "", fix);
  });
}

Deno.test("a YAML bomb and deep nesting end at once", () => {
  const bomb = "a: &a [x, x]\n" +
    [..."bcdefghij"].map((name, index) =>
      `${name}: &${name} [${`*${"abcdefghij"[index]},`.repeat(9)}]\n`
    ).join("");
  const start = performance.now();
  assert(findingsOf(bomb).some((finding) => /Aliases/.test(finding.message)));
  assert(findingsOf("disableSignUp: " + "[".repeat(60_000)).length > 0);
  assert(performance.now() - start < 5000);
});

Deno.test("every finding is told, in the order of the file, and no value is repeated", () => {
  const text =
    "providerGithub:\n  config:\n    clientSecretRef: ghp_canary\n    oops: ghp_canary\nsession: ghp_canary\n";
  const findings = findingsOf(text);
  assert.deepEqual(findings.map((finding) => finding.line), [3, 4, 5]);
  assert(!JSON.stringify(findings).includes("canary"));
});

Deno.test("merging keeps comments and order, and changes only what differs", () => {
  const text = `# top
providerEmailPassword: # mail
  config:
    # at least
    minPasswordLength: 10
  enabled: true
providerGithub:
  enabled: false
  config: {}
# last
disableSignUp: true
`;
  const wanted: AuthConfig = { ...parseAuthYaml(text, FILE), disableSignUp: false };
  delete wanted.providerGithub;
  wanted.providerGoogle = { enabled: false, config: {} };
  const merged = mergeAuthYaml(text, wanted);
  assert(sameAuthConfig(parseAuthYaml(merged, FILE), wanted));
  for (const kept of ["# top", "# mail", "# at least", "# last", "minPasswordLength: 10"]) {
    assert(merged.includes(kept), kept);
  }
  assert(!merged.includes("providerGithub"));
  assert(merged.indexOf("providerEmailPassword") < merged.indexOf("disableSignUp"));
});

Deno.test("merging writes no defaults out, and keeps what is commented out", () => {
  const text =
    "# first\nsession:\n  # expiresIn: 5\nproviderGoogle:\n  config:\n    # clientIdVarRef: X\n";
  const same = mergeAuthYaml(text, parseAuthYaml(text, FILE));
  assert.equal(same, text);
  const wanted = { ...parseAuthYaml(text, FILE), disableSignUp: true };
  assert.equal(mergeAuthYaml(text, wanted), `${text}disableSignUp: true\n`);
});

Deno.test("merging keeps the ends of lines, and moves nothing round a value", () => {
  const text =
    "# top\r\n\r\n\r\nproviderGithub:\r\n    config:   # deep\r\n        clientIdVarRef:   'GITHUB_CLIENT_ID'\r\n" +
    "disableSignUp:    true   # why\r\nsession: { updateAge: 5 }\r\n";
  const wanted = { ...parseAuthYaml(text, FILE), disableSignUp: false };
  wanted.session = { ...wanted.session, updateAge: 6 };
  const merged = mergeAuthYaml(text, wanted);
  assert.equal(merged, text.replace("true", "false").replace("Age: 5", "Age: 6"));
});

Deno.test("merging fills a section whose lines are commented out", () => {
  const text = "session:\n  # expiresIn: 5\n  # updateAge: 6\ndisableSignUp: false\n";
  const wanted = parseAuthYaml("session:\n  expiresIn: 7\n", FILE);
  const merged = mergeAuthYaml(text, wanted);
  assert(sameAuthConfig(parseAuthYaml(merged, FILE), wanted), merged);
  for (const kept of ["# expiresIn: 5", "# updateAge: 6"]) assert(merged.includes(kept), merged);
});

Deno.test("any merge of any two configs means the second", () => {
  const random = new Random(11);
  const pick = <T>(...all: T[]) => all[Math.floor(random.next() * all.length)]!;
  const provider = (key: string) =>
    pick(undefined, { enabled: false, config: {} }, {
      enabled: true,
      config: { clientIdVarRef: `${key}_CLIENT_ID`, clientSecretRef: `${key}_CLIENT_SECRET` },
    });
  const any = (): AuthConfig => {
    const config: AuthConfig = {
      disableSignUp: pick(true, false),
      enableAnonymous: pick(true, false),
      session: {
        expiresIn: pick(1, 604_800),
        updateAge: pick(0, 86_400),
        disableSessionRefresh: pick(true, false),
      },
      providerEmailPassword: {
        enabled: pick(true, false),
        config: {
          ...DEFAULT_AUTH_CONFIG.providerEmailPassword.config,
          minPasswordLength: pick(8, 9),
        },
      },
    };
    for (
      const [name, key] of [["providerGithub", "GITHUB"], ["providerGitlab", "GITLAB"]] as const
    ) {
      const one = provider(key);
      if (one) config[name] = one;
    }
    return config;
  };
  for (let round = 0; round < 200; round++) {
    const [text, wanted] = [mergeAuthYaml("# start\ndisableSignUp: true # x\n", any()), any()];
    const merged = mergeAuthYaml(text, wanted);
    assert(sameAuthConfig(parseAuthYaml(merged, FILE), wanted), `${text}\n=>\n${merged}`);
    assert(merged.startsWith("# start\n") && merged.includes("# x"), merged);
    assert.equal(mergeAuthYaml(merged, wanted), merged);
  }
});
