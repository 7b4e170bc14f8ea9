import assert from "node:assert/strict";
import { bundleApp } from "../../../lib/bundle/app_bundle.ts";
import { classify, isReserved } from "../../../lib/bundle/classify.ts";
import { analyseRoutes } from "../../../lib/bundle/routes.ts";
import { failureOf, inProject } from "../sandbox/world.ts";

const BARREL = `import * as buckets from "./storage_schema"; export { buckets };
import * as tables from "./db_schema"; export const drizzleSchema = { ...tables };
export type VarKey = "A";`;

/** The routes of an app with this `index.ts`, one "METHOD path access" each. */
async function routesOf(index: string, files: Record<string, string> = {}): Promise<string[]> {
  let routes: string[] = [];
  await inProject({ "server/src/index.ts": index, ...files }, async ({ system, project }) => {
    const shape = await analyseRoutes(system, await bundleApp(system, project));
    routes = shape.routes.map(({ method, path, access }) => `${method} ${path} ${access}`);
  });
  return routes;
}

Deno.test("routes keep their order, middleware is left out, sub-apps are followed", async () => {
  const index = `import { Hono } from "hono";
    import { cors } from "hono/cors";
    import { logger } from "hono/logger";
    import admin from "./admin";
    const app = new Hono();
    app.use("*", logger());
    app.use("/api/public/*", cors());
    app.use("/api/me", async (c, next) => { await next(); });
    app.get("/api/me", (c) => c.json({}));
    app.post("/api/me", async (c, next) => { await next(); }, (c) => c.json({}));
    app.get("/api/public/posts/:id{[0-9]+}", async (c) => c.json({}));
    app.on(["PUT", "PATCH"], "/api/webhooks/stripe", (c) => c.text(""));
    app.all("/api/public/any/*", (c) => c.text(""));
    app.get("/api/guarded", async (c, next) => c.text(""));
    app.route("/api/admin", admin);
    app.basePath("/api/v2").get("/x", (c) => c.text(""));
    addMore(app);
    function addMore(target: Hono) { target.delete("/health", (c) => c.text("")); }
    export default app;`;
  const admin = `import { Hono } from "hono";
    const admin = new Hono();
    admin.use(async (c, next) => next());
    admin.get("/", (c) => c.text("")).post("/users", (c) => c.text(""));
    admin.onError((error, c) => c.text(error.message, 500));
    export default admin;`;
  assert.deepEqual(await routesOf(index, { "server/src/admin.ts": admin }), [
    "GET /api/me login",
    "POST /api/me login",
    "GET /api/public/posts/:id{[0-9]+} public",
    "PUT /api/webhooks/stripe webhook",
    "PATCH /api/webhooks/stripe webhook",
    "ALL /api/public/any/* public",
    "GET /api/guarded login",
    "GET /api/admin login",
    "POST /api/admin/users login",
    "GET /api/v2/x login",
    "DELETE /health null",
  ]);
});

Deno.test("top-level code may prepare things, also with the SDK, and say what it wants", async () => {
  const index = `import { Hono } from "hono";
    import { createHash, randomUUID } from "node:crypto";
    import { AsyncLocalStorage } from "async_hooks";
    import { db, vars, storage } from "edgespark";
    import { auth } from "edgespark/http";
    const limit = Number(vars.get("LIMIT") ?? 5);
    const later = import("edgespark");
    console.log("hello", limit, randomUUID(), createHash("sha256").update("x").digest("hex"), process.env.HOME);
    const timer = setInterval(() => {}, 10);
    const store = new AsyncLocalStorage();
    const query = db.select().from({} as never);
    const app = new Hono();
    app.get("/api/x", async (c) => c.json({ query, later: await later, store, auth, storage, timer }));
    export default app;`;
  assert.deepEqual(await routesOf(index), ["GET /api/x login"]);
});

Deno.test("the barrel's values are exported with the app", async () => {
  await inProject({
    "server/src/index.ts":
      `import { Hono } from "hono"; import { buckets } from "@defs"; export default new Hono().get("/api/x", (c) => c.json(buckets));`,
    "defs/index.ts": BARREL,
    "defs/db_schema.ts": "export const posts = 1;",
    "defs/storage_schema.ts":
      `import type { BucketDef } from "@sdk/server-types"; export const up: BucketDef<"up"> = { bucket_name: "up", description: "" };`,
  }, async ({ system, project }) => {
    const shape = await analyseRoutes(system, await bundleApp(system, project));
    assert.deepEqual(shape.exports.toSorted(), ["buckets", "default", "drizzleSchema"]);
  });
  await inProject({
    "server/src/index.ts": `import { Hono } from "hono"; export default new Hono();`,
    "defs/index.ts": `export type VarKey = never;`,
  }, async ({ system, project }) => {
    assert.deepEqual(await analyseRoutes(system, await bundleApp(system, project)), {
      routes: [],
      exports: ["default"],
    });
  });
});

const refused: [what: string, index: string, code: string, says: RegExp, line: number | null][] = [
  [
    "no default export",
    `import { Hono } from "hono"; export const app = new Hono();`,
    "MISSING_DEFAULT_EXPORT",
    /no default export/,
    null,
  ],
  [
    "an undefined default export",
    `export default undefined;`,
    "MISSING_DEFAULT_EXPORT",
    /undefined/,
    null,
  ],
  [
    "an object with fetch",
    `export default { fetch: () => new Response() };`,
    "NOT_A_HONO_APP",
    /an object with `fetch`/,
    null,
  ],
  ["a function", `export default () => 1;`, "NOT_A_HONO_APP", /a function/, null],
  [
    "a promise",
    `import { Hono } from "hono"; export default Promise.resolve(new Hono());`,
    "NOT_A_HONO_APP",
    /a promise/,
    null,
  ],
  [
    "a throw at the top",
    `import { Hono } from "hono";\nexport default new Hono();\nnull!.x;`,
    "APP_THREW",
    /TypeError/,
    3,
  ],
  [
    "a fetch at the top",
    `\nawait fetch("https://example.com");\nexport default 1;`,
    "SANDBOX_DENIED",
    /`fetch`/,
    2,
  ],
];
for (const [what, index, code, says, line] of refused) {
  Deno.test(`an app with ${what} gets ${code}`, async () => {
    await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
      const failure = await failureOf(
        bundleApp(system, project).then((bundle) => analyseRoutes(system, bundle)),
      );
      assert.equal(failure.code, code, failure.message);
      assert.match(failure.message, says);
      assert.equal(failure.details?.line ?? null, line);
      assert.equal(failure.details?.file, "server/src/index.ts");
    });
  });
}

Deno.test("forged routes are refused", async () => {
  const index =
    `export default { fetch() {}, routes: [{ method: "GET\\n", path: "/api/x", handler() {} }] };`;
  await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
    const bundle = await bundleApp(system, project);
    assert.equal((await failureOf(analyseRoutes(system, bundle))).code, "SANDBOX_NO_ANSWER");
  });
});

Deno.test("paths have a class", () => {
  const expected: Record<string, ReturnType<typeof classify>> = {
    "/api/public/x": "public",
    "/api/public": "login",
    "/api/publicity": "login",
    "/api/webhooks/x": "webhook",
    "/api/x": "login",
    "/api": "login",
    "/apix": null,
    "/": null,
    "*": null,
  };
  for (const [path, access] of Object.entries(expected)) assert.equal(classify(path), access, path);
  assert.ok(isReserved("/api/_es/auth") && !isReserved("/api/_esx"));
});
