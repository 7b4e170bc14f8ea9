import assert from "node:assert/strict";
import { parseSource, type TemplateSource } from "../../../lib/scaffold/source.ts";

const github = (owner: string, repo: string, dir: string | null, ref: string | null) =>
  ({ kind: "github", owner, repo, dir, ref }) as TemplateSource;
const git = (url: string, dir: string | null = null, ref: string | null = null) =>
  ({ kind: "git", url, dir, ref }) as TemplateSource;

const SOURCES: [typed: string | undefined, source: TemplateSource][] = [
  [undefined, { kind: "built-in", name: "fullstack" }],
  ["fullstack", { kind: "built-in", name: "fullstack" }],
  [" api ", { kind: "built-in", name: "api" }],
  ["github:me/app", github("me", "app", null, null)],
  ["github:me/app.git", github("me", "app", null, null)],
  ["github:me/a.b_c/x/y/#v1.2", github("me", "a.b_c", "x/y", "v1.2")],
  ["github:me/app#feature/new", github("me", "app", null, "feature/new")],
  ["https://github.com/me/app", github("me", "app", null, null)],
  ["https://github.com/me/app.git", github("me", "app", null, null)],
  ["https://github.com/me/app/tree/main/templates/x", github("me", "app", "templates/x", "main")],
  ["https://github.com/me/app/archive/main.tar.gz", {
    kind: "url",
    url: "https://github.com/me/app/archive/main.tar.gz",
  }],
  ["https://example.com/t.tgz?x=1", { kind: "url", url: "https://example.com/t.tgz?x=1" }],
  ["http://localhost:8080/t.tgz", { kind: "url", url: "http://localhost:8080/t.tgz" }],
  [
    "https://example.com/me/app.git#v1:sub/dir",
    git("https://example.com/me/app.git", "sub/dir", "v1"),
  ],
  ["git@example.com:me/app.git", git("git@example.com:me/app.git")],
  ["git@example.com:me/app.git#main", git("git@example.com:me/app.git", null, "main")],
  ["git@example.com:me/a-b.git#:sub", git("git@example.com:me/a-b.git", "sub")],
  ["ssh://git@example.com:22/me/app", git("ssh://git@example.com:22/me/app")],
  ["git+ssh://git@example.com/me/app", git("ssh://git@example.com/me/app")],
  ["file:///srv/app.git#0123abc", git("file:///srv/app.git", null, "0123abc")],
  ["./app", { kind: "path", path: "./app" }],
  ["..", { kind: "path", path: ".." }],
  ["/srv/app", { kind: "path", path: "/srv/app" }],
  ["a/b", { kind: "path", path: "a/b" }],
  ["C:\\app", { kind: "path", path: "C:\\app" }],
  ["app.tar.gz", { kind: "path", path: "app.tar.gz" }],
];
for (const [typed, source] of SOURCES) {
  Deno.test(`parseSource: ${typed}`, () => assert.deepEqual(parseSource(typed), source));
}

const REFUSED: [typed: string, code: string, words: RegExp][] = [
  ["github:me", "TEMPLATE_SOURCE", /owner\/repo/],
  ["github:me/..", "TEMPLATE_SOURCE", /owner\/repo/],
  ["github:../me/app", "TEMPLATE_SOURCE", /owner\/repo/],
  ["github:me/app/../../other", "TEMPLATE_SOURCE", /out of/],
  ["github:me/app#--upload-pack=x", "TEMPLATE_SOURCE", /no branch/],
  ["github:me/app#a..b", "TEMPLATE_SOURCE", /no branch/],
  ["github:me/app#../../other/tar.gz/main", "TEMPLATE_SOURCE", /no branch/],
  ["http://example.com/t.tgz", "TEMPLATE_SOURCE", /only HTTPS/],
  ["http://localhost.example.com/t.tgz", "TEMPLATE_SOURCE", /only HTTPS/],
  ["https://me:pass@example.com/t.tgz", "TEMPLATE_SOURCE", /password/],
  ["ssh://-oProxyCommand=x/y", "TEMPLATE_SOURCE", /no address/],
  ["git@-o:y", "TEMPLATE_SOURCE", /no address/],
  ["git@example.com:--upload-pack=x", "TEMPLATE_SOURCE", /no address/],
  ["ext::sh -c id", "TEMPLATE_SOURCE", /kind is not known/],
  ["ftp://example.com/t.tgz", "TEMPLATE_SOURCE", /kind is not known/],
  ["fulstack", "TEMPLATE_UNKNOWN", /There is no template/],
  ["", "TEMPLATE_UNKNOWN", /There is no template/],
];
for (const [typed, code, words] of REFUSED) {
  Deno.test(`parseSource: refuses ${JSON.stringify(typed)}`, () => {
    assert.throws(() => parseSource(typed), (error: Error & { code: string }) => {
      assert.equal(error.code, code);
      assert.match(error.message, words);
      return true;
    });
  });
}

Deno.test("parseSource: a refusal shows no password, and says what to write instead", () => {
  assert.throws(() => parseSource("https://me:hunter2@example.com/t.tgz"), (error: Error) => {
    assert.doesNotMatch(JSON.stringify([error.message, error]), /hunter2/);
    return true;
  });
  assert.throws(() => parseSource("fulstack"), { hint: /Did you mean `--template fullstack`\?/ });
  assert.throws(() => parseSource("bounty-tasks"), {
    hint: /`--template github:edgesparkhq\/official-templates\/bounty-tasks`/,
  });
  assert.throws(() => parseSource("mine"), { hint: /`--template \.\/mine`/ });
});
