/** `init --template` as a user says it, for every kind of source. Servers are on loopback. */
import assert from "node:assert/strict";
import { join } from "@std/path";
import { say } from "../../support/say.ts";
import { codeload, type Entry, tarballOf } from "../archive/tarballs.ts";

const TEMPLATE: Record<string, string> = {
  "edgespark.toml": 'project_id = "REPLACED_ON_INIT"\n[server]\npath = "server"\n',
  "package.json": '{ "name": "tpl" }\n',
  "AGENTS.md": "# Root\n",
  "server/AGENTS.md": "# Server\n",
  "server/package.json": '{ "name": "tpl-server" }\n',
  "server/src/index.ts": "throw new Error('a template is never run');\nexport default 1;\n",
  "server/src/defs/db_schema.ts": "export {};\n",
  "server/src/defs/runtime.ts":
    'export type VarKey = "REGION";\nexport type SecretKey = "MAIL_KEY" | "PAY_KEY";\n',
  "server/src/defs/storage_schema.ts":
    '// bucket_name: "example"\nexport const a = { bucket_name: "photos", description: "x" };\nthrow 1;\n',
  "server/drizzle/0000_x.sql": "SELECT 1;\n",
};

interface World {
  cwd: string;
  /** Answers by path; a string is where to go instead. */
  serve(routes: Record<string, Uint8Array | string | Response>): Promise<string>;
}

async function world(test: (world: World) => Promise<void>): Promise<void> {
  const root = await Deno.makeTempDir();
  const cwd = join(root, "work");
  await Deno.mkdir(cwd);
  const servers: Deno.HttpServer[] = [];
  try {
    await test({
      cwd,
      serve(routes) {
        const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
          const { pathname } = new URL(request.url);
          const answer = routes[pathname];
          if (answer instanceof Response) return answer.clone();
          if (typeof answer === "string") {
            return new Response(null, { status: 302, headers: { location: answer } });
          }
          return answer ? new Response(answer as BodyInit) : new Response("none", { status: 404 });
        });
        servers.push(server);
        return Promise.resolve(`http://127.0.0.1:${server.addr.port}`);
      },
    });
  } finally {
    for (const server of servers) await server.shutdown();
    await Deno.remove(root, { recursive: true });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

async function writeAll(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await Deno.mkdir(join(folder, path, ".."), { recursive: true });
    await Deno.writeTextFile(join(folder, path), text);
  }
}

async function git(cwd: string, ...args: string[]): Promise<void> {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  const { code, stderr } = await new Deno.Command("git", { args: [...identity, ...args], cwd })
    .output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
}

/** What every source of TEMPLATE must come to. */
async function assertWhole(cwd: string, name: string): Promise<void> {
  const read = (path: string) => Deno.readTextFileSync(join(cwd, name, path));
  assert.match(read("edgespark.toml"), /^project_id = "[0-9a-f-]{36}"\n\[server\]/);
  assert.match(read("package.json"), new RegExp(`"${name}"`));
  assert.match(read("server/package.json"), new RegExp(`"${name}-server"`));
  assert.equal(read("CLAUDE.md"), "# Root\n");
  assert.equal(read("server/CLAUDE.md"), "# Server\n");
  assert.match(read("server/src/__generated__/edgespark.d.ts"), /declare module "edgespark"/);
  assert.match(read("configs/auth-config.yaml"), /providerEmailPassword/);
  assert.match(read(".logs/.gitignore"), /^\*$/m);
  assert.deepEqual(names(cwd).filter((entry) => entry.endsWith(".tmp")), []);
  const files = names(join(cwd, name));
  for (const gone of [".git", "AGENTS.md", "web"]) assert.ok(!files.includes(gone), gone);
  // It is a project: other commands take it.
  const types = await say("pull types --check --json", { cwd: join(cwd, name) });
  assert.equal(types.json.upToDate, true, types.err);
}

const NEXT = [
  "(cd shop/server && npm install)",
  "cd shop",
  "edgespark var set REGION=<ask your user>",
  "edgespark secret set MAIL_KEY PAY_KEY",
  "edgespark db migrate",
  "edgespark storage apply",
  "edgespark auth apply",
  "edgespark deploy",
];

Deno.test("init --template github: the repository, a folder of it, a ref", () =>
  world(async ({ cwd, serve }) => {
    const folder = Object.fromEntries(
      Object.entries(TEMPLATE).map(([path, text]) => [`deep/tpl/${path}`, text]),
    );
    const base = await serve({
      "/me/app/tar.gz/HEAD": await codeload("app", TEMPLATE, [
        { name: "link", type: "symlink", linkname: "/etc/passwd" },
        { name: ".git/config", text: "x" },
      ]),
      "/me/many/tar.gz/feature/x": await codeload("many", { ...folder, "README.md": "x" }),
    });
    const env = { EDGESPARK_GITHUB_ARCHIVES: base };
    const line = "init shop -a claude --json --template";
    const said = await say(`${line} github:me/app`, { cwd, env });
    assert.equal(said.code, 0, said.err);
    await assertWhole(cwd, "shop");
    const { next, skipped, needs, template } = JSON.parse(said.out);
    assert.deepEqual([next, skipped, template], [NEXT, ["link"], "github:me/app"]);
    assert.deepEqual(needs.buckets, ["photos"]);
    assert.match(said.err, /"LINK_SKIPPED".*`link`/);
    const two = await say("init two -a claude -t github:me/many/deep/tpl#feature/x", { cwd, env });
    assert.equal(two.code, 0, two.err);
    await assertWhole(cwd, "two");
    assert.equal(names(join(cwd, "two")).includes("README.md"), false);
  }));

Deno.test("init --template github: what is not there is said with the way out", () =>
  world(async ({ cwd, serve }) => {
    const many = await codeload("many", {
      "a/edgespark.toml": "",
      "b/edgespark.toml": "",
      "b/x/edgespark.toml": "",
      "README.md": "",
    });
    const base = await serve({ "/me/many/tar.gz/HEAD": many });
    const env = { EDGESPARK_GITHUB_ARCHIVES: base };
    const init = (source: string) =>
      say(`init shop -a codex --json --template ${source}`, { cwd, env });
    const top = await init("github:me/many");
    assert.deepEqual([top.code, top.json.error.code], [7, "TEMPLATE_INVALID"]);
    assert.match(top.json.error.hint, /: a, b$/);
    const folder = await init("github:me/many/c");
    assert.match(folder.json.error.message, /in the folder `c` of `github:me\/many`/);
    const none = await init("github:me/none#v9");
    assert.deepEqual([none.code, none.json.error.code], [4, "TEMPLATE_NOT_FOUND"]);
    assert.match(none.json.error.hint, /git@github\.com:owner\/repo\.git/);
    assert.deepEqual(names(cwd), []);
  }));

Deno.test("init --template <archive>: by address with redirects, and as a file", () =>
  world(async ({ cwd, serve }) => {
    const packed = await tarballOf(
      Object.entries(TEMPLATE).map(([path, text]) => ({ name: `package/${path}`, text })),
    );
    const flat = await tarballOf(Object.entries(TEMPLATE).map(([name, text]) => ({ name, text })));
    const base = await serve({ "/a": "/b", "/b": "/c.tgz", "/c.tgz": packed });
    assert.equal((await say(`init one -a claude -t ${base}/a`, { cwd })).code, 0);
    await assertWhole(cwd, "one");
    await Deno.writeFile(join(cwd, "flat.tar.gz"), flat);
    assert.equal((await say("init two -a claude -t flat.tar.gz", { cwd })).code, 0);
    await assertWhole(cwd, "two");
  }));

Deno.test("init --template <folder>: copied without what belongs to its owner; links are left out", () =>
  world(async ({ cwd }) => {
    const folder = join(cwd, "..", "tpl");
    await writeAll(folder, {
      ...TEMPLATE,
      ".git/config": "x",
      ".edgespark/local/data.sqlite": "x",
      ".env": "A=1",
      "server/.env.local": "A=1",
      "server/.env.example": "A=",
      "server/node_modules/a/index.js": "x",
      "run.sh": "#!/bin/sh\n",
    });
    await Deno.chmod(join(folder, "run.sh"), 0o755);
    await Deno.symlink("/etc", join(folder, "etc"));
    const said = await say("init shop -a claude --json --template ../tpl", { cwd });
    assert.equal(said.code, 0, said.err);
    await assertWhole(cwd, "shop");
    assert.deepEqual(JSON.parse(said.out).skipped, ["etc"]);
    const root = join(cwd, "shop");
    assert.deepEqual(names(join(root, "server")), [
      ".env.example",
      "CLAUDE.md",
      "drizzle",
      "package.json",
      "src",
    ]);
    for (const gone of [".env", ".edgespark"]) assert.ok(!names(root).includes(gone), gone);
    assert.equal((await Deno.stat(join(root, "run.sh"))).mode! & 0o100, 0o100);
    assert.equal((await Deno.stat(join(root, "package.json"))).mode! & 0o111, 0);
  }));

Deno.test("init --template <git>: a bare repository by path and file://, and any host by SSH", () =>
  world(async ({ cwd }) => {
    const source = join(cwd, "..", "source");
    const bare = join(cwd, "..", "app.git");
    await writeAll(source, {
      ...TEMPLATE,
      ".gitattributes": "* filter=evil\n*.md text eol=crlf\n",
    });
    await git(source, "init", "-q", "-b", "main");
    await git(source, "config", "filter.evil.clean", "cat");
    await git(source, "add", "-A");
    await git(source, "commit", "-qm", "one");
    await git(source, "tag", "v1");
    await writeAll(source, { "server/AGENTS.md": "# Newer\n" });
    await git(source, "commit", "-qam", "two");
    await git(source, "clone", "-q", "--bare", source, bare);
    // Stands for ssh: runs what git asks for on the other side, here.
    const ssh = join(cwd, "..", "ssh.sh");
    await Deno.writeTextFile(
      ssh,
      `#!/bin/sh\necho "$@" >> "${ssh}.log"\nfor last; do :; done\nexec sh -c "$last"\n`,
    );
    await Deno.chmod(ssh, 0o755);
    const env = { GIT_SSH_COMMAND: ssh };
    for (
      const [name, address] of [
        ["one", `file://${bare}#v1`],
        ["two", `git@git.example.com:${bare}#v1`],
        ["three", `ssh://git@git.example.com${bare}#v1`],
      ]
    ) {
      const said = await say(`init ${name} -a claude --template ${address}`, { cwd, env });
      assert.equal(said.code, 0, said.err);
      const root = join(cwd, name!);
      // The archive carries the line ends that the repository asks for; that is the template's will.
      for (const file of ["CLAUDE.md", "server/CLAUDE.md"]) {
        const text = await Deno.readTextFile(join(root, file));
        await Deno.writeTextFile(join(root, file), text.replaceAll("\r\n", "\n"));
      }
      await assertWhole(cwd, name!);
    }
    const said = await say(`init newest -a codex --template ${bare}`, { cwd, env });
    assert.equal(said.code, 0, said.err);
    assert.match(await Deno.readTextFile(join(cwd, "newest", "server", "AGENTS.md")), /^# Newer/);
    const log = await Deno.readTextFile(`${ssh}.log`);
    assert.match(log, /^git@git\.example\.com git-upload-pack/m);
  }));

Deno.test("init --template <git>: no such branch, no such repository; nothing stays", () =>
  world(async ({ cwd }) => {
    const bare = join(cwd, "..", "app.git");
    await git(join(cwd, ".."), "init", "-q", "--bare", bare);
    const init = (address: string) => say(`init shop -a codex --json -t ${address}`, { cwd });
    const branch = await init(`file://${bare}#nope`);
    assert.deepEqual([branch.code, branch.json.error.code], [4, "TEMPLATE_NOT_FOUND"]);
    const missing = await init(`file://${bare}x`);
    assert.deepEqual([missing.code, missing.json.error.code], [8, "GIT_FAILED"]);
    assert.ok(missing.json.error.details.lines.length > 0);
    assert.match(missing.json.error.hint, /git ls-remote/);
    assert.deepEqual(names(cwd), []);
  }));

const toml = "edgespark.toml";
const REFUSED: [
  what: string,
  files: Record<string, string>,
  more: Entry[],
  code: string,
  exit: number,
][] = [
  ["no edgespark.toml", { "README.md": "x" }, [], "TEMPLATE_INVALID", 7],
  ["broken toml", { [toml]: "a = " }, [], "CONFIG_INVALID", 7],
  ["the old layout in its toml", { [toml]: '[app.server]\npath = "x"\n' }, [], "LEGACY_LAYOUT", 7],
  [
    "the old layout in its code",
    {
      [toml]: "",
      "server/src/index.ts":
        "export function createApp(edgespark: unknown) { return edgespark; }\n",
    },
    [],
    "LEGACY_LAYOUT",
    7,
  ],
  ["a server outside", { [toml]: '[server]\npath = "../x"\n' }, [], "CONFIG_PATH", 7],
  ["a path that leads out", { [toml]: "" }, [{ name: "../../x", text: "" }], "ARCHIVE_UNSAFE", 1],
];
for (const [what, files, more, code, exit] of REFUSED) {
  Deno.test(`init --template: refuses a template with ${what}, and leaves nothing`, () =>
    world(async ({ cwd, serve }) => {
      const base = await serve({ "/t.tgz": await codeload("t", files, more) });
      const said = await say(`init shop -a codex --json --template ${base}/t.tgz`, { cwd });
      assert.deepEqual([said.code, said.json.error.code], [exit, code]);
      assert.ok(said.json.error.hint || code.startsWith("CONFIG_"), said.err);
      assert.deepEqual(names(cwd), []);
      assert.deepEqual(names(join(cwd, "..")).filter((name) => name === "x"), []);
    }));
}

Deno.test("init --template: unreadable keys are a note, not an end", () =>
  world(async ({ cwd }) => {
    await writeAll(join(cwd, "tpl"), {
      ...TEMPLATE,
      "server/src/defs/runtime.ts": "const a = 1;\n",
    });
    const said = await say("init shop -a codex --json --template ./tpl", { cwd });
    assert.equal(said.code, 0, said.err);
    assert.match(said.err, /TEMPLATE_NOTE.*runtime\.ts/);
    assert.deepEqual(JSON.parse(said.out).needs.vars, []);
  }));

Deno.test("init: a draft that a killed run left is swept, one that is being written is not", () =>
  world(async ({ cwd }) => {
    const id = "0aa24640-4f27-444a-9908-b5f0c810df40";
    const [old, fresh, other] = [
      `.shop.${id}.tmp`,
      `.shop.${id.replace("0", "1")}.tmp`,
      ".shop.tmp",
    ];
    for (const name of [old, fresh, other]) await writeAll(join(cwd, name!), { "a/b": "x" });
    const hourAgo = new Date(Date.now() - 3_600_000);
    for (const name of [old, other]) await Deno.utime(join(cwd, name!), hourAgo, hourAgo);
    assert.equal((await say("init shop -a codex", { cwd })).code, 0);
    assert.deepEqual(names(cwd), [fresh, other, "shop"].sort());
  }));

Deno.test("init: tables that no migration makes yet are a step of their own; comments declare nothing", () =>
  world(async ({ cwd }) => {
    const { "server/drizzle/0000_x.sql": _, ...files } = TEMPLATE;
    const schema = 'export const a = sqliteTable("a", {});\n';
    const commented = `/* ${schema} */\n// bucket_name: "x"\nexport {};\n`;
    await writeAll(join(cwd, "tpl"), { ...files, "server/src/defs/db_schema.ts": schema });
    await writeAll(join(cwd, "none"), {
      ...files,
      "server/src/defs/db_schema.ts": commented,
      "server/src/defs/storage_schema.ts": commented,
    });
    const steps = async (name: string, template: string) =>
      (await say(`init ${name} -a codex --json -t ${template}`, { cwd })).json.next.slice(4);
    assert.deepEqual(await steps("a", "./tpl"), [
      "edgespark db generate",
      "edgespark db migrate",
      "edgespark storage apply",
      "edgespark auth apply",
      "edgespark deploy",
    ]);
    assert.deepEqual(await steps("b", "./none"), ["edgespark auth apply", "edgespark deploy"]);
  }));
