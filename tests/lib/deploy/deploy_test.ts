import assert from "node:assert/strict";
import { join } from "@std/path";
import type { Finding } from "../../../lib/finding.ts";
import { type DeployWorld, newDeployWorld } from "./world.ts";

const codes = (findings: Finding[], severity: string) =>
  findings.filter((finding) => finding.severity === severity).map(({ code }) => code).sort();

/** Deploys, and says why when it did not. */
async function deployed(world: DeployWorld) {
  const { code, json, err } = await world.say("deploy --json");
  assert.equal(code, 0, err);
  return json;
}

Deno.test("a minimal project dry-runs, deploys and answers; a second deploy changes nothing", async () => {
  await using world = await newDeployWorld();
  const dry = await world.say("deploy --dry-run --json");
  assert.equal(dry.code, 0, dry.out + dry.err);
  assert.deepEqual(dry.json.routes, [
    { method: "GET", path: "/api/me", access: "login" },
    { method: "GET", path: "/api/public/greeting", access: "public" },
    { method: "POST", path: "/api/webhooks/pay", access: "webhook" },
  ]);
  assert.deepEqual([dry.json.deploymentId, dry.json.url], [null, null]);
  assert.equal((await world.say("status --json")).json.running, false);

  const json = await deployed(world);
  assert.match(json.deploymentId, /^[0-9a-f]{12}$/);
  assert.equal(json.bundle.digest, dry.json.bundle.digest);
  assert.equal((await fetch(`${json.url}/api/me`)).status, 401);
  assert.equal((await fetch(`${json.url}/api/webhooks/pay`, { method: "POST" })).status, 204);
  const again = await deployed(world);
  assert.deepEqual([again.deploymentId, again.unchanged], [json.deploymentId, true]);
  assert.equal((await world.say("status --json")).json.deploymentId, json.deploymentId);
});

Deno.test("the text ends with the address, and groups the routes", async () => {
  await using world = await newDeployWorld();
  const { code, out, err } = await world.say("deploy");
  assert.equal(code, 0, err);
  assert.match(
    out,
    /Route Summary:\n {2}Protected \(login required, auth\.user guaranteed\): {2}1 route\n/,
  );
  assert.match(out, /\nWebhooks:\n {2}POST {3}\/api\/webhooks\/pay\n/);
  assert.match(
    out,
    /\n {2}POST {3}\/api\/webhooks\/pay\n\nPrefixes decide who gets to a route:\n {2}\/api\/public\/\* +login optional\n {2}\/api\/webhooks\/\* +no auth check\n {2}\/api\/\* +login required .*\n\n/,
  );
  assert.match(out, /\nURL: http:\/\/127\.0\.0\.1:\d+\n$/);
});

Deno.test("a var that is set reaches the running app without a deploy", async () => {
  await using world = await newDeployWorld({
    "server/src/defs/runtime.ts":
      'export type VarKey = "GREETING";\nexport type SecretKey = never;\n',
  });
  const blocked = await world.say("deploy --json");
  assert.equal(blocked.code, 1);
  assert.deepEqual(codes(blocked.json.findings, "error"), ["VAR_UNSET"]);
  assert.match(
    blocked.json.findings.find((one: Finding) => one.code === "VAR_UNSET").fix,
    /edgespark var set GREETING=<value>/,
  );
  await world.say("var set GREETING=hello");
  const { url } = await deployed(world);
  const greeting = async () => await (await fetch(`${url}/api/public/greeting`)).text();
  assert.equal(await greeting(), "hello");
  await world.say("var set GREETING=goodbye");
  for (const deadline = Date.now() + 5_000; await greeting() !== "goodbye";) {
    assert.ok(Date.now() < deadline, "the app still sees the old value");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

Deno.test("everything that blocks is told at once, the routes too, and nothing is activated", async () => {
  await using world = await newDeployWorld({
    "server/src/defs/runtime.ts": 'export type VarKey = "A";\nexport type SecretKey = "S";\n',
    "server/src/defs/storage_schema.ts":
      'export const uploads = { bucket_name: "uploads", description: "Files of users" };\n',
    "server/src/index.ts": `import { Hono } from "hono";
export default new Hono().get("/api/ok", (c) => c.text("")).get("/outside", (c) => c.text(""));
`,
  });
  await Deno.remove(`${world.root}/server/src/defs/index.ts`);
  await world.write("server/src/__generated__/edgespark.d.ts", "// old\n");
  const { code, json } = await world.say("deploy --json");
  assert.equal(code, 1);
  assert.deepEqual(codes(json.findings, "error"), [
    "BARREL_MISSING",
    "ROUTE_OUTSIDE_API",
    "SECRET_UNSET",
    "VAR_UNSET",
  ]);
  for (const warning of ["STALE_TYPES", "STORAGE_DRIFT", "TYPECHECK_SKIPPED"]) {
    assert.ok(codes(json.findings, "warning").includes(warning), warning);
  }
  assert.deepEqual(json.routes.map(({ path }: { path: string }) => path), ["/api/ok"]);
  assert.deepEqual([json.deploymentId, json.url], [null, null]);
  assert.equal((await world.say("status --json")).json.running, false);
});

Deno.test("of generated files the dry run says what `check` says: other words are no warning", async () => {
  await using world = await newDeployWorld({});
  await world.say("pull");
  const file = "server/src/__generated__/edgespark.d.ts";
  const text = await Deno.readTextFile(`${world.root}/${file}`);
  const stale = async (line: string) => {
    const { json } = await world.say(line);
    return json.findings.filter(({ code }: Finding) => code === "STALE_TYPES")
      .map(({ severity, file, message }: Finding) => [severity, file, message]);
  };
  for (const [content, severity] of [[`// mine\n${text}`, "info"], ["// old\n", "warning"]]) {
    await world.write(file, content!);
    const found = await stale("deploy --dry-run --json");
    assert.equal(found.length, 1);
    assert.deepEqual(found[0].slice(0, 2), [severity, file]);
    assert.deepEqual(found, await stale("check --json"));
  }
});

Deno.test("a use of the SDK at the top level blocks, with its place; so does a route that is the platform's", async () => {
  await using world = await newDeployWorld({
    "server/src/index.ts": `import { Hono } from "hono";
import { vars } from "edgespark";
const limit = Number(vars.get("LIMIT" as never) ?? 5);
export default new Hono().get("/api/ok", (c) => c.json(limit)).get("/api/_es/mine", (c) => c.text(""))
  .all("/api/*", (c) => c.text(""));
`,
  });
  for (const line of ["deploy --dry-run --json", "deploy --json"]) {
    const { code, json } = await world.say(line);
    assert.equal(code, 1);
    const errors = json.findings.filter(({ severity }: Finding) => severity === "error");
    assert.deepEqual(
      errors.map(({ code, file, line }: Finding) => [code, file, line]),
      [
        ["SDK_OUTSIDE_HANDLER", "server/src/index.ts", 3],
        ["ROUTE_RESERVED", "server/src/index.ts", null],
      ],
    );
    assert.match(errors[0].fix, /into a handler/);
    assert.match(errors[1].message, /`GET \/api\/_es\/mine`/);
    assert.match(errors[1].fix, /`\/api\/mine`/);
    assert.deepEqual(json.routes.map(({ path }: { path: string }) => path), ["/api/ok", "/api/*"]);
    assert.equal(json.deploymentId, null);
  }
});

Deno.test("a missing default export and a module that throws are findings with a place", async () => {
  await using world = await newDeployWorld({ "server/src/index.ts": "export const app = 1;\n" });
  const missing = await world.say("deploy --dry-run --json");
  assert.equal(missing.code, 1);
  assert.deepEqual(codes(missing.json.findings, "error"), ["MISSING_DEFAULT_EXPORT"]);
  await world.write(
    "server/src/index.ts",
    'const x: string = "s";\nthrow new Error("at the top " + x);\nexport default {};\n',
  );
  const threw = (await world.say("deploy --dry-run --json")).json.findings.find((one: Finding) =>
    one.severity === "error"
  );
  assert.deepEqual([threw.code, threw.file, threw.line], ["APP_THREW", "server/src/index.ts", 2]);
});

Deno.test("`log tail` shows requests, for people and for scripts, also when the server is gone", async () => {
  await using world = await newDeployWorld();
  const { url } = await deployed(world);
  await (await fetch(`${url}/api/public/greeting`)).text();
  await world.say("stop");
  const { out } = await world.say("log tail --no-follow");
  assert.match(out, /^\d\d:\d\d:\d\d\.\d{3} REQ GET \/api\/public\/greeting 200 \d+ms$/m);
  const lines = (await world.say("log tail --since 1h --no-follow --json")).out.trim().split("\n")
    .map((line) => JSON.parse(line));
  const request = lines.find(({ level }) => level === "request");
  assert.deepEqual([request.method, request.path, request.status], [
    "GET",
    "/api/public/greeting",
    200,
  ]);
});

/** An app whose top level computes for so many ms, and throws later. */
const computing = (ms: number, before = "") =>
  `${before}import { Hono } from "hono";
const end = performance.now() + ${ms};
while (performance.now() < end);
export default new Hono().get("/api/public/x", () => {
  throw new Error("on purpose");
});
`;

Deno.test("a top level that computes for too long is refused before it could hold up requests", async () => {
  await using world = await newDeployWorld();
  await deployed(world);
  for (
    const [ms, code, severity] of [
      // By the wall clock; what is judged is processor time, and a busy machine gives half of one.
      [2_600, "STARTUP_SLOW", "warning"],
      [8_000, "STARTUP_TOO_SLOW", "error"],
    ] as const
  ) {
    await world.write("server/src/index.ts", computing(ms));
    const dry = await world.say("deploy --dry-run --json");
    const found = dry.json.findings.find((one: Finding) => one.code.startsWith("STARTUP_"));
    assert.deepEqual([found.code, found.severity, found.file], [
      code,
      severity,
      "server/src/index.ts",
    ], JSON.stringify(found));
    assert.match(found.message, /computes for \d\.\d s/);
    assert.equal(dry.code, severity === "error" ? 1 : 0);
  }
  // Waiting is not computing.
  await world.write(
    "server/src/index.ts",
    "await new Promise((resolve) => setTimeout(resolve, 1_500));\n" + computing(0),
  );
  const waits = await world.say("deploy --dry-run --json");
  assert.deepEqual(
    waits.json.findings.filter((one: Finding) => one.code.startsWith("STARTUP_")),
    [],
  );
});

Deno.test("lines that moved are a new deployment: stacks name today's lines", async () => {
  await using world = await newDeployWorld();
  await world.write("server/src/index.ts", computing(0));
  const first = await deployed(world);
  await world.write("server/src/index.ts", computing(0, "// one\n// two\n"));
  const second = await deployed(world);
  assert.equal(second.bundle.digest, first.bundle.digest);
  assert.notEqual(second.deploymentId, first.deploymentId);
  assert.equal(second.unchanged, false);
  assert.equal((await fetch(`${second.url}/api/public/x`)).status, 500);
  const log = await world.say(
    "log tail --since 10m --expect purpose --for 10s --level error --json",
  );
  assert.match(log.out, /server\/src\/index\.ts:7:/);
});

Deno.test("an active deployment that is damaged is named, and the next deploy mends it", async () => {
  await using world = await newDeployWorld();
  const { deploymentId } = await deployed(world);
  await world.say("stop");
  const bundle = join(world.root, ".edgespark/local/deployments", deploymentId, "bundle.js");
  for (
    const damage of [() => Deno.remove(bundle), () => Deno.writeTextFile(bundle, "export {};")]
  ) {
    await damage();
    const served = await world.say("serve --detach --json");
    assert.equal(served.json.deploymentId, null);
    assert.deepEqual(served.json.notLoaded, {
      id: deploymentId,
      reason: "`bundle.js` is not what was stored",
    });
    const answer = await fetch(`${served.json.url}/api/public/greeting`);
    assert.equal(answer.status, 503);
    assert.equal((await answer.json()).error.code, "DEPLOYMENT_NOT_LOADED");
    assert.match((await world.say("status")).out, /does not load: `bundle\.js` is not/);
    const mended = await deployed(world);
    assert.deepEqual([mended.deploymentId, mended.unchanged], [deploymentId, false]);
    assert.equal((await fetch(`${mended.url}/api/public/greeting`)).status, 200);
    assert.equal((await world.say("status --json")).json.notLoaded, null);
    await world.say("stop");
  }
});
