import assert from "node:assert/strict";
import { bundleParts } from "../../../lib/bundle/parts.ts";
import { deployChanges } from "../../../lib/deploy/changes.ts";
import { type DeployWorld, newDeployWorld } from "./world.ts";

async function deploy(world: DeployWorld) {
  const { code, json, err } = await world.say("deploy --json");
  assert.equal(code, 0, err);
  return json;
}

const route = (method: string, path: string, access: "login" | "public" | "webhook") => ({
  method,
  path,
  access,
});

Deno.test("routes that were added, removed, and moved to other people", () => {
  const before = [
    route("GET", "/api/kept", "login"),
    route("GET", "/api/posts", "login"),
    route("POST", "/api/posts", "login"),
    route("DELETE", "/api/old", "login"),
  ];
  const after = [
    route("GET", "/api/kept", "login"),
    route("GET", "/api/public/posts", "public"),
    route("PUT", "/api/posts", "login"),
  ];
  const { against, routes, bundleBytes } = deployChanges(
    { id: "abc", routes: before, bundleBytes: 100 },
    { routes: after, bytes: 90 },
  );
  assert.deepEqual([against, bundleBytes], ["abc", { before: 100, after: 90 }]);
  assert.deepEqual(
    routes.map(({ change, method, path, before }) =>
      [change, method, path, before?.path, before?.access].filter(Boolean).join(" ")
    ),
    [
      "moved GET /api/public/posts /api/posts login",
      "added PUT /api/posts",
      "removed POST /api/posts /api/posts login",
      "removed DELETE /api/old /api/old login",
    ],
  );
  assert.deepEqual(deployChanges(null, { routes: after, bytes: null }), {
    against: null,
    routes: [],
    bundleBytes: { before: null, after: null },
  });
});

Deno.test("a bundle's parts are packages and files, largest first", () => {
  assert.deepEqual(
    bundleParts([
      { path: "server/src/index.ts", bytes: 30 },
      { path: "server/node_modules/hono/dist/a.js", bytes: 20 },
      { path: "server/node_modules/hono/dist/b.js", bytes: 25 },
      { path: "node_modules/.pnpm/x@1/node_modules/@scope/x/i.js", bytes: 7 },
      { path: "vendor:hono/index.js", bytes: 5 },
      { path: "sdk:edgespark", bytes: 3 },
      { path: "server/src/types.ts", bytes: 0 },
    ]),
    [
      { name: "hono", bytes: 45 },
      { name: "server/src/index.ts", bytes: 30 },
      { name: "@scope/x", bytes: 7 },
      { name: "hono (own copy)", bytes: 5 },
      { name: "edgespark", bytes: 3 },
    ],
  );
});

Deno.test("the dry run says what changes against the active deployment, and what the bundle is made of", async () => {
  await using world = await newDeployWorld();
  const first = await world.say("deploy --dry-run --json");
  assert.deepEqual([first.json.changes.against, first.json.changes.routes], [null, []]);
  assert.ok(first.json.bundle.largest.some(({ name }: { name: string }) => /^hono/.test(name)));
  const deployed = await deploy(world);
  await world.write(
    "server/src/index.ts",
    `import { Hono } from "hono";
export default new Hono()
  .get("/api/public/me", (c) => c.text("me, without a session"))
  .get("/api/public/greeting", (c) => c.text("hello"))
  .get("/api/new", (c) => c.text("new"));
`,
  );
  const { json } = await world.say("deploy --dry-run --json");
  assert.equal(json.changes.against, deployed.deploymentId);
  assert.deepEqual(
    json.changes.routes.map((one: { change: string; method: string; path: string }) =>
      `${one.change} ${one.method} ${one.path}`
    ),
    ["moved GET /api/public/me", "added GET /api/new", "removed POST /api/webhooks/pay"],
  );
  assert.deepEqual(json.changes.bundleBytes, {
    before: deployed.bundle.bytes,
    after: json.bundle.bytes,
  });
  const { out } = await world.say("deploy --dry-run");
  assert.match(
    out,
    new RegExp(`^Changes against the active deployment ${deployed.deploymentId}:$`, "m"),
  );
  assert.match(out, /^ {2}~ GET {4}\/api\/me \(login\) -> \/api\/public\/me \(public\)$/m);
  assert.match(out, /^ {2}- POST {3}\/api\/webhooks\/pay \(webhook\)$/m);
  assert.match(
    out,
    /^Bundle: [\d.]+ KiB \(sha256-[0-9a-f]{12}\), before [\d.]+ KiB\n +[\d.]+ KiB {2}/m,
  );
});

Deno.test("an error in the log names the user's line, also after a restart", async () => {
  await using world = await newDeployWorld();
  await world.write(
    "server/src/deep.ts",
    "export type T = 1;\n\nexport const fail = () => {\n  throw new TypeError(`deep trouble`);\n};\n",
  );
  await world.write(
    "server/src/index.ts",
    `import { Hono } from "hono";
import { fail } from "./deep";
export default new Hono()
  .get("/api/public/fail", () => fail())
  .get("/api/public/print", (c) => {
    console.error("printed", new Error("inside"));
    return c.text("");
  });
`,
  );
  const deployed = await deploy(world);
  const look = async (url: string) => {
    await (await fetch(`${url}/api/public/fail`)).text();
    await (await fetch(`${url}/api/public/print`)).text();
    const { code, out } = await world.say([
      ...["log", "tail", "--since", "1h", "--for", "20s", "--json"],
      ...["--expect", "deep.ts:4:9", "--expect", "server/src/index.ts:6:30"],
    ]);
    assert.equal(code, 0, out);
    assert.doesNotMatch(out, /app_worker\.js|bundle\.js|\?deployment=/);
    const records = out.trim().split("\n").map((line) => JSON.parse(line));
    const error = records.find(({ message }) => /deep trouble/.test(message));
    assert.match(error.stack, /^TypeError: deep trouble\n {4}at .*\(server\/src\/deep\.ts:4:9\)\n/);
    assert.equal(error.level, "error");
    assert.ok(
      records.some(({ level, requestId }) => level === "request" && requestId === error.requestId),
    );
  };
  await look(deployed.url);
  await world.say("stop");
  await Deno.remove(`${world.root}/.edgespark/local/logs`, { recursive: true });
  const { json: again } = await world.say("serve --detach --json");
  await look(again.url);
});
