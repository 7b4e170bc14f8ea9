import assert from "node:assert/strict";
import type { Finding } from "../../../lib/finding.ts";
import { inProject, runProgram } from "./world.ts";

const DEFS = "server/src/defs";
const GENERATED = "server/src/__generated__";

const TABLE = `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const notes = sqliteTable("notes", {
  id: integer("id").primaryKey({ autoIncrement: true }),
  body: text("body").notNull(),
});
`;
const BUCKETS = `import type { BucketDef } from "@sdk/server-types";
export const photos: BucketDef<"photos"> = { bucket_name: "photos", description: "Pictures" };
`;
const RUNTIME = `export type VarKey = "REGION" | "PUBLIC_URL";
export type SecretKey = "MAIL_KEY";
`;
const AUTH = `disableSignUp: true
providerEmailPassword:
  enabled: true
  config: {}
`;

const loud = (findings: Finding[]) => findings.filter(({ severity }) => severity !== "info");
const codes = (findings: Finding[]) => [...new Set(loud(findings).map(({ code }) => code))].sort();

Deno.test("a fresh project has no findings and nothing to run", () =>
  inProject({}, async ({ say }) => {
    const { code, json } = await say("check --json");
    assert.deepEqual([code, json.ok, json.findings, json.commands], [0, true, [], []]);
    assert.deepEqual(json.declared, {
      tables: [],
      relations: 0,
      buckets: [],
      vars: [],
      secrets: [],
    });
    const words = await say("check");
    assert.equal(words.out, "The repository is in order (0 errors, 0 warnings)\n");
  }));

Deno.test("one fault of each kind that a command mends: exactly the commands of the answer make it green", () =>
  inProject({
    [`${DEFS}/db_schema.ts`]: TABLE,
    [`${DEFS}/storage_schema.ts`]: BUCKETS,
    [`${DEFS}/runtime.ts`]: RUNTIME,
    "configs/auth-config.yaml": AUTH,
    "CLAUDE.md": "# App\n\n<!-- commands -->\n\n| command | what it does |\n\n<!-- /commands -->\n",
  }, async (world) => {
    const types = `${GENERATED}/server-types.d.ts`;
    await world.write(types, (await world.read(types)).replace(' | "dev"', ""));
    await world.remove(`${GENERATED}/sys_schema.ts`);
    const before = await runProgram(world, ["check", "--json"]);
    assert.equal(before.code, 1, before.err);
    const { findings, commands } = JSON.parse(before.out);
    assert.deepEqual(codes(findings), [
      "AGENT_COMMANDS_STALE",
      "AUTH_DRIFT",
      "SCHEMA_NOT_GENERATED",
      "SECRET_UNSET",
      "STALE_TYPES",
      "STORAGE_DRIFT",
      "VAR_UNSET",
    ]);
    assert.deepEqual(commands, [
      "edgespark pull",
      "edgespark db generate",
      "edgespark db migrate",
      "edgespark storage apply",
      "edgespark var set REGION=<value> PUBLIC_URL=<value>",
      "edgespark secret set MAIL_KEY",
      "edgespark auth apply",
    ]);
    for (const line of commands as string[]) {
      const args = line.replaceAll("<value>", "eu").split(" ").slice(1);
      const ran = await runProgram(world, args);
      assert.equal(ran.code, 0, `${line}: ${ran.err}`);
      const url = /^\s*(http:\S+\/secret\/\S+)$/m.exec(ran.out + ran.err)?.[1];
      if (!url) continue;
      // A person opens the page and types the value.
      const body = new URLSearchParams({ MAIL_KEY: "typed by a person" });
      const saved = await fetch(url, {
        method: "POST",
        headers: { origin: new URL(url).origin },
        body,
      });
      assert.equal(saved.status, 200, await saved.text());
    }
    const after = await runProgram(world, ["check", "--json"]);
    const answer = JSON.parse(after.out);
    assert.deepEqual(loud(answer.findings), []);
    assert.deepEqual([after.code, answer.ok, answer.commands], [0, true, []]);
  }));

/** What is done to a project -> the finding: code, severity, place, and the edit that mends it. */
interface Fault {
  name: string;
  files: Record<string, string>;
  finding: Pick<Finding, "code" | "severity" | "file" | "line">;
  fix: RegExp;
  /** The files after the edit that the fix asks for. */
  mended: Record<string, string>;
}

const APP = (line: string) =>
  `import { buckets } from "@defs";
import { secret, storage, vars } from "edgespark";
import { Hono } from "hono";
const app = new Hono();
app.get("/api/public/x", (c) => { ${line}; return c.json([buckets, secret, storage, vars].length); });
export default app;
`;
const INDEX = "server/src/index.ts";

const FAULTS: Fault[] = [
  {
    name: "a var that nobody declares",
    files: { [INDEX]: APP('vars.get("REGIN")') },
    finding: { code: "VAR_UNDECLARED", severity: "error", file: INDEX, line: 5 },
    fix: /^Add "REGIN" to `VarKey` in `server\/src\/defs\/runtime\.ts`$/,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "a secret that nobody declares",
    files: { [INDEX]: APP('secret.get("MAIL_KEY")') },
    finding: { code: "SECRET_UNDECLARED", severity: "error", file: INDEX, line: 5 },
    fix: /^Add "MAIL_KEY" to `SecretKey`/,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "a bucket export that is not there",
    files: { [INDEX]: APP("storage.from(buckets.photos)") },
    finding: { code: "BUCKET_UNDECLARED", severity: "error", file: INDEX, line: 5 },
    fix: /^Add `export const photos: BucketDef</,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "a bucket in a URI that nobody declares",
    files: { [INDEX]: APP('storage.parseS3Uri("s3://photos/a.jpg")') },
    finding: { code: "BUCKET_UNDECLARED", severity: "error", file: INDEX, line: 5 },
    fix: /^Declare it in `server\/src\/defs\/storage_schema\.ts`/,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "a use of the SDK at the top level",
    files: {
      [INDEX]: APP("").replace("const app", "const { from } = storage;\nconst app"),
    },
    finding: { code: "SDK_OUTSIDE_HANDLER", severity: "error", file: INDEX, line: 4 },
    fix: /^Move it into a handler/,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "a route where the platform answers",
    files: { [INDEX]: APP("").replace("/api/public/x", "/api/_es/x") },
    finding: { code: "ROUTE_RESERVED", severity: "error", file: INDEX, line: null },
    fix: /^Move it, for example to `\/api\/x`/,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "an app that is none",
    files: { [INDEX]: "export default { fetch: () => new Response() };\n" },
    finding: { code: "NOT_A_HONO_APP", severity: "error", file: INDEX, line: null },
    fix: /^Export the app itself/,
    mended: { [INDEX]: APP("") },
  },
  {
    name: "a file that is no code",
    files: { "server/src/broken.ts": "export const a = 1;\nconst = 2;\n" },
    finding: { code: "SYNTAX_ERROR", severity: "error", file: "server/src/broken.ts", line: 2 },
    fix: /^Correct line 2/,
    mended: { "server/src/broken.ts": "export const a = 1;\n" },
  },
  {
    name: "a barrel without `buckets`",
    files: {
      [`${DEFS}/index.ts`]:
        'export type { SecretKey, VarKey } from "./runtime";\nexport const drizzleSchema = {};\n',
    },
    finding: { code: "BARREL_EXPORT", severity: "error", file: `${DEFS}/index.ts`, line: 1 },
    fix: /^Add `export \* as buckets from "\.\/storage_schema"` to it$/,
    mended: {
      [`${DEFS}/index.ts`]:
        'export type { SecretKey, VarKey } from "./runtime";\nexport const drizzleSchema = {};\nexport * as buckets from "./storage_schema";\n',
    },
  },
  {
    name: "a definition that imports the SDK",
    files: { [`${DEFS}/extra.ts`]: 'export const a = 1;\nexport { vars } from "edgespark";\n' },
    finding: { code: "DEFS_IMPORT_SDK", severity: "error", file: `${DEFS}/extra.ts`, line: 2 },
    fix: /^Take the import out of line 2/,
    mended: { [`${DEFS}/extra.ts`]: "export const a = 1;\n" },
  },
  {
    name: "a definition that loads the SDK later",
    files: { [`${DEFS}/extra.ts`]: 'export const a = () => import("edgespark/http");\n' },
    finding: { code: "DEFS_IMPORT_SDK", severity: "error", file: `${DEFS}/extra.ts`, line: 1 },
    fix: /^Take the import out of line 1/,
    mended: { [`${DEFS}/extra.ts`]: "export const a = 1;\n" },
  },
  {
    name: "a definition that imports the app's code",
    files: {
      [`${DEFS}/extra.ts`]: 'export { kinds } from "../kinds";\n',
      "server/src/kinds.ts": "export const kinds = [];\n",
    },
    finding: {
      code: "DEFS_IMPORT_OUTSIDE",
      severity: "warning",
      file: `${DEFS}/extra.ts`,
      line: 1,
    },
    fix: /^Move what line 1 needs into `server\/src\/defs`$/,
    mended: { [`${DEFS}/extra.ts`]: "export const kinds = [];\n" },
  },
  {
    name: "runtime keys that cannot be read",
    files: { [`${DEFS}/runtime.ts`]: "export type VarKey = never;\nexport const a = 1;\n" },
    finding: {
      code: "RUNTIME_KEYS_INVALID",
      severity: "error",
      file: `${DEFS}/runtime.ts`,
      line: 2,
    },
    fix: /^The file holds two types only/,
    mended: {
      [`${DEFS}/runtime.ts`]: "export type VarKey = never;\nexport type SecretKey = never;\n",
    },
  },
  {
    name: "a bucket with a wrong name",
    files: { [`${DEFS}/storage_schema.ts`]: BUCKETS.replaceAll('"photos"', '"P"') },
    finding: {
      code: "BUCKET_INVALID",
      severity: "error",
      file: `${DEFS}/storage_schema.ts`,
      line: 2,
    },
    fix: /^Use 3 to 63 lower-case letters/,
    mended: { [`${DEFS}/storage_schema.ts`]: "export {};\n" },
  },
  {
    name: "a schema that throws",
    files: { [`${DEFS}/db_schema.ts`]: 'throw new Error("no");\n' },
    finding: { code: "SCHEMA_THREW", severity: "error", file: `${DEFS}/db_schema.ts`, line: 1 },
    fix: /./,
    mended: { [`${DEFS}/db_schema.ts`]: "export {};\n" },
  },
  {
    name: "an auth config with a typing mistake",
    files: { "configs/auth-config.yaml": AUTH.replace("disableSignUp", "disableSignup") },
    finding: {
      code: "AUTH_CONFIG_INVALID",
      severity: "error",
      file: "configs/auth-config.yaml",
      line: 1,
    },
    fix: /Did you mean `disableSignUp`\?/,
    mended: { "configs/auth-config.yaml": AUTH.replace("true", "false") },
  },
  {
    name: "a migration whose file is gone",
    files: {
      "server/drizzle/meta/_journal.json": JSON.stringify({
        version: "7",
        dialect: "sqlite",
        entries: [{ idx: 0, version: "6", when: 1, tag: "0000_gone", breakpoints: true }],
      }),
    },
    finding: {
      code: "MIGRATION_MISSING",
      severity: "error",
      file: "server/drizzle/0000_gone.sql",
      line: null,
    },
    fix: /^Restore it from version control/,
    mended: {
      "server/drizzle/meta/_journal.json": '{"version":"7","dialect":"sqlite","entries":[]}',
    },
  },
];

for (const { name, files, finding, fix, mended } of FAULTS) {
  Deno.test(`a fault for a person: ${name}`, () =>
    inProject(files, async ({ say, write }) => {
      const { json, code, err } = await say("check --repo --json");
      const found = (json?.findings as Finding[] | undefined)?.find((one) =>
        one.code === finding.code
      );
      assert.ok(found, `${err}${JSON.stringify(json)}`);
      const { severity, file, line } = found;
      assert.deepEqual({ code: found.code, severity, file, line }, finding);
      assert.match(found.fix ?? "", fix);
      assert.equal(code, severity === "error" ? 1 : 0);
      for (const [path, text] of Object.entries(mended)) await write(path, text);
      const after = await say("check --repo --json");
      assert.deepEqual(loud(after.json.findings), []);
      assert.deepEqual([after.code, after.json.commands], [0, []]);
    }));
}

Deno.test("what a part finds hides nothing of the others", () =>
  inProject({
    [`${DEFS}/db_schema.ts`]: 'throw new Error("no");\n',
    [`${DEFS}/storage_schema.ts`]: 'throw new Error("no");\n',
    [`${DEFS}/runtime.ts`]: "nonsense\n",
    "configs/auth-config.yaml": ":\n- :",
    [INDEX]: APP('import("edgespark").then(({ vars }) => vars.get(c.req.query("k")))'),
  }, async ({ say, remove }) => {
    await remove(`${DEFS}/index.ts`);
    await remove(GENERATED);
    const { json } = await say("check --json");
    const found = new Set((json.findings as Finding[]).map(({ code }) => code));
    for (
      const code of [
        "SCHEMA_THREW",
        "BUCKETS_THREW",
        "RUNTIME_KEYS_INVALID",
        "AUTH_CONFIG_INVALID",
        "RUNTIME_KEY_COMPUTED",
        "BARREL_MISSING",
        "STALE_TYPES",
      ]
    ) assert.ok(found.has(code), `${code} is missing in ${[...found]}`);
    assert.deepEqual(json.declared, {
      tables: null,
      relations: null,
      buckets: null,
      vars: null,
      secrets: null,
    });
  }));

Deno.test("an enabled provider whose keys are neither declared nor set", () =>
  inProject({
    "configs/auth-config.yaml": AUTH.replace("true", "false") +
      `providerGithub:
  enabled: true
  config:
    clientIdVarRef: GITHUB_CLIENT_ID
    clientSecretRef: GITHUB_CLIENT_SECRET
`,
  }, async ({ say }) => {
    const { json } = await say("check --json");
    const places = (json.findings as Finding[]).filter(({ code }) => code.startsWith("AUTH_"))
      .map(({ code, line }) => `${code}:${line}`).sort();
    assert.deepEqual(places, [
      "AUTH_DRIFT:5",
      "AUTH_SECRET_UNDECLARED:9",
      "AUTH_SECRET_UNSET:9",
      "AUTH_VAR_UNDECLARED:8",
      "AUTH_VAR_UNSET:8",
    ]);
    assert.deepEqual(json.commands, [
      "edgespark var set GITHUB_CLIENT_ID=<value>",
      "edgespark secret set GITHUB_CLIENT_SECRET",
      "edgespark auth apply",
    ]);
  }));

Deno.test("a question that only a person can answer is no command", () =>
  inProject({ [`${DEFS}/db_schema.ts`]: TABLE }, async ({ say, write }) => {
    assert.equal((await say("db generate --name first")).code, 0);
    await write(`${DEFS}/db_schema.ts`, TABLE.replace('body: text("body")', 'text: text("text")'));
    const { json } = await say("check --repo --json");
    const [finding] = loud(json.findings);
    assert.equal(finding?.code, "SCHEMA_NOT_GENERATED");
    assert.match(
      finding?.fix ?? "",
      /^Decide: Answer with `edgespark db generate --rename notes\.body:text` \(renamed/,
    );
    assert.deepEqual(json.commands, []);
  }));

Deno.test("--repo: what is set and applied does not count", () =>
  inProject({
    [`${DEFS}/storage_schema.ts`]: BUCKETS,
    [`${DEFS}/runtime.ts`]: RUNTIME,
    "configs/auth-config.yaml": AUTH,
  }, async ({ say }) => {
    const { code, json } = await say("check --repo --json");
    assert.deepEqual([code, json.findings], [0, []]);
    assert.deepEqual(json.declared.vars, ["PUBLIC_URL", "REGION"]);
    assert.equal((await say("check --json")).code, 1);
  }));

Deno.test("--fix: refreshes what is generated, writes a migration that only adds, and applies nothing", () =>
  inProject({ [`${DEFS}/db_schema.ts`]: TABLE, [`${DEFS}/storage_schema.ts`]: BUCKETS }, async (
    { say, write, remove, root },
  ) => {
    await remove(`${GENERATED}/edgespark.d.ts`);
    const { json, code } = await say("check --fix --json");
    assert.deepEqual(json.fixed, ["edgespark pull types", "edgespark db generate"]);
    assert.deepEqual(json.commands, ["edgespark db migrate", "edgespark storage apply"]);
    assert.equal(code, 0);
    assert.equal((await say("check --fix --json")).json.fixed.length, 0);
    const local = await Deno.stat(`${root}/.edgespark/local`).then(() => true, () => false);
    assert.equal(local, false, "nothing was applied");

    await write(`${DEFS}/db_schema.ts`, TABLE.replace('  body: text("body").notNull(),\n', ""));
    const again = await say("check --fix --json");
    assert.deepEqual(again.json.fixed, []);
    assert.deepEqual(codes(again.json.findings).includes("SCHEMA_NOT_GENERATED"), true);
  }));

Deno.test("on another branch a pending migration waits for the merge", () =>
  inProject({ [`${DEFS}/db_schema.ts`]: TABLE }, async ({ say, root }) => {
    const git = async (...args: string[]) => {
      const { code, stderr } = await new Deno.Command("git", {
        args: ["-c", "user.name=a", "-c", "user.email=a@b", ...args],
        cwd: root,
      }).output();
      assert.equal(code, 0, new TextDecoder().decode(stderr));
    };
    assert.equal((await say("db generate --name first")).code, 0);
    await git("init", "-q", "-b", "main");
    await git("add", "-A");
    await git("commit", "-qm", "first");
    assert.deepEqual((await say("check --json")).json.commands, ["edgespark db migrate"]);
    await git("switch", "-qc", "feature");
    const { json } = await say("check --json");
    assert.deepEqual(json.commands, []);
    assert.deepEqual((json.findings as Finding[]).map(({ code, severity }) => [code, severity]), [
      ["MIGRATION_PENDING", "info"],
    ]);
  }));

Deno.test("it runs with the network denied", () =>
  inProject({ [`${DEFS}/db_schema.ts`]: TABLE, [INDEX]: APP('vars.get("A")') }, async (world) => {
    const flags = ["-A", "--deny-net", "--no-remote", "--cached-only"];
    const { code, out, err } = await runProgram(world, ["check", "--json"], { flags });
    assert.equal(code, 1, err);
    assert.deepEqual(codes(JSON.parse(out).findings), ["SCHEMA_NOT_GENERATED", "VAR_UNDECLARED"]);
  }));
