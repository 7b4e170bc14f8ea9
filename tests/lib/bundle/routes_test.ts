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

Deno.test("top-level code may prepare things and say what it wants", async () => {
  const index = `import { Hono } from "hono";
    import { createHash, randomUUID } from "node:crypto";
    import { AsyncLocalStorage } from "async_hooks";
    import { db, storage } from "edgespark";
    import { auth } from "edgespark/http";
    const later = import("edgespark");
    console.log("hello", randomUUID(), createHash("sha256").update("x").digest("hex"), process.env.HOME);
    const timer = setInterval(() => {}, 10);
    const store = new AsyncLocalStorage();
    const app = new Hono();
    app.get("/api/x", async (c) => c.json({ db, later: await later, store, auth, storage, timer }));
    export default app;`;
  assert.deepEqual(await routesOf(index), ["GET /api/x login"]);
});

/** What the runtime refuses while a module loads, wherever it is said; the place is the line of it. */
const outside: [code: string, use: string, at?: [file: string, line: number]][] = [
  ['const limit = Number(vars.get("LIMIT" as never) ?? 5);', "vars.get"],
  ["const query = db.select().from({} as never);", "db.select"],
  ["const { from } = storage;", "storage.from"],
  ['const key = secret.get("KEY" as never)!.trim();', "secret.get"],
  ["const live = ctx.environment === 'production';", "ctx.environment"],
  ["ctx.runInBackground(Promise.resolve());", "ctx.runInBackground"],
  ["const user = auth.user;", "auth.user"],
  ["if (auth.isAuthenticated()) console.log(1);", "auth.isAuthenticated"],
  ["const text = JSON.stringify(db);", "db.toJSON"],
  ["const known = 'select' in db;", "db"],
  ["await db;", "db.then"],
  ['const { vars: v } = await import("edgespark"); v.get("A" as never);', "vars.get"],
  ['import "./other";', "vars.get", ["server/src/other.ts", 2]],
  ['import { use } from "./helper"; use();', "storage.from", ["server/src/helper.ts", 3]],
  ['import made from "made"; made(db);', "db.select"],
];
for (const [code, use, [file, line] = ["server/src/index.ts", 4]] of outside) {
  Deno.test(`\`${code}\` at the top level is found, and the routes are listed`, async () => {
    await inProject({
      "server/src/index.ts": `import { Hono } from "hono";
import { ctx, db, secret, storage, vars } from "edgespark";
import { auth } from "edgespark/http";
${code}
export default new Hono().get("/api/x", (c) => c.text(""));`,
      "server/src/other.ts": `import { vars } from "edgespark";\nvars.get("A" as never);\n`,
      "server/src/helper.ts":
        `import { storage } from "edgespark";\nexport function use() {\n  storage.from({} as never);\n}\n`,
      "server/node_modules/made/package.json": '{ "name": "made", "main": "i.js" }',
      "server/node_modules/made/i.js": "module.exports = (db) => {\n\n\n\n\n\n\n  db.select();\n};",
    }, async ({ system, project }) => {
      const shape = await analyseRoutes(system, await bundleApp(system, project));
      assert.deepEqual(shape.outside, { use, file, line });
      assert.deepEqual(shape.routes, [{ method: "GET", path: "/api/x", access: "login" }]);
    });
  });
}

Deno.test("uses of the SDK that end nothing are none", async () => {
  const index = `import { Hono } from "hono";
import * as sdk from "edgespark";
import { ctx, db, secret, storage, vars } from "edgespark";
import { auth } from "edgespark/http";
const { get } = vars, { runInBackground } = ctx, read = secret.get, asked = auth.isAuthenticated;
const all = { ...sdk, db, storage }, later = () => db.select();
let code = "";
try { db.select(); } catch (error: any) { code = error.code; }
if (code !== "OUTSIDE_REQUEST") throw new Error(code);
(async () => { await db.select(); })();
setTimeout(() => vars.get("A" as never), 0);
console.log(db, storage, vars, ctx, auth, [db]);
class Repository { constructor(private db: unknown, private bucket = () => storage.from({} as never)) {} }
new Repository(db);
export default new Hono().get("/api/x", (c) => c.text(""));`;
  await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
    const shape = await analyseRoutes(system, await bundleApp(system, project));
    assert.equal(shape.outside, null);
    assert.equal(shape.routes.length, 1);
  });
});

Deno.test("what only follows from a use of the SDK hides it not", async () => {
  const index = `import { vars } from "edgespark";
const url = new URL(vars.get("URL" as never)!);
export default url;`;
  await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
    const shape = await analyseRoutes(system, await bundleApp(system, project));
    const outside = { use: "vars.get", file: "server/src/index.ts", line: 2 };
    assert.deepEqual([shape.outside, shape.routes], [outside, []]);
  });
});

const harmless: [what: string, code: string][] = [
  ["the environment", `const a = process.env.X ?? "d"; const { B } = process.env;`],
  [
    "the environment, from the module",
    `import { env } from "node:process"; import proc from "process"; const a = [env.HOME, proc.env.X];`,
  ],
  ["Vite's environment", `const a = import.meta.env.MODE; if (import.meta.env.DEV) throw 1;`],
  ["its own address", `const a = new URL("./x", import.meta.url), b = new URL("https://a.b/c");`],
  ["dates and clocks", `const a = [new Date().toISOString(), Date.now(), performance.now()];`],
  [
    "timers and work that nobody awaits",
    `setTimeout(() => { throw new Error("late"); }, 1); setInterval(() => {}, 5); setImmediate(() => {});
     queueMicrotask(() => {}); Promise.reject(new Error("not awaited"));`,
  ],
  [
    "promises that are awaited",
    `await new Promise((done) => setTimeout(done, 20)); await Promise.all([1, Promise.resolve(2)]);`,
  ],
  [
    "randomness and keys",
    `const a = crypto.randomUUID(); const k = await crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);`,
  ],
  [
    "fetch as a value",
    `class Api { constructor(private call = fetch.bind(globalThis)) {} } new Api();`,
  ],
  [
    "the terminal, the clock and modules of the process",
    `const a = [process.stdout.isTTY, process.stderr?.columns, process.hrtime.bigint(), process.memoryUsage().rss,
       process.uptime(), process.getBuiltinModule?.("node:fs"), process.release.name];
     process.on("exit", () => {});`,
  ],
  [
    "the SDK, dynamically",
    `const { vars } = await import("edgespark"); const read = () => vars.get("A" as never);`,
  ],
  ["a file, dynamically", `const { default: a } = await import("./other"); if (a !== 1) throw 1;`],
  [
    "built-in modules by both names",
    `import nodeCrypto from "crypto"; import { Buffer as B } from "node:buffer"; import os from "os"; import zlib from "node:zlib";
     import sys from "sys"; const a = [nodeCrypto.randomBytes(2), B.from("x"), os.EOL, zlib.gzipSync("x"), sys.inspect(1)];`,
  ],
  [
    "all of the console",
    `console.table([{ a: 1 }]); console.group("x"); console.time("a"); console.timeEnd("a"); console.assert(false);
     const a: any = { b: 1n }; a.a = a; console.log(a, Symbol("x"), () => {});`,
  ],
  [
    "web objects",
    `const a = [new Request("https://a.b"), new Response("x"), new Headers(), AbortSignal.timeout(9), structuredClone(new Map())];
     addEventListener("fetch", () => {}); try { new Function("return 1"); } catch {}`,
  ],
];
for (const [what, code] of harmless) {
  Deno.test(`top-level code that uses ${what} does not break the analysis`, async () => {
    const index = `import { Hono } from "hono";\n${code}\n
      export default new Hono().get("/api/x", (c) => c.text(""));`;
    assert.deepEqual(await routesOf(index, { "server/src/other.ts": "export default 1;" }), [
      "GET /api/x login",
    ]);
  });
}

Deno.test("mounted apps, subclasses and apps of routers are listed", async () => {
  const index = `import { Hono } from "hono";
    import { RegExpRouter } from "hono/router/reg-exp-router";
    class OpenApi extends Hono {
      openapi(route: { method: string; path: string }, handler: any) {
        const validator = async (_c: any, next: any) => { await next(); };
        return this.on([route.method], route.path.replaceAll(/\\/{(.+?)}/g, "/:$1"), validator, handler);
      }
    }
    const app = new OpenApi({ router: new RegExpRouter() });
    app.openapi({ method: "post", path: "/api/public/users/{id}" }, (c: any) => c.text(""));
    app.mount("/api/other", (request: Request) => new Response(request.url));
    app.use("/api/*", async (_c, next) => { await next(); });
    app.on(["GET", "PURGE"], ["/api/a", "/api/webhooks/b"], (c) => c.text(""));
    app.get("/api/files/*", (c) => c.text(""));
    app.get("/api/optional/:x?", (c) => c.text(""));
    const sub = new Hono().all("/", (c) => c.text("")).get("/:name{[a-z]+\\\\.json}", (c) => c.text(""));
    app.route("/api/public/sub", sub);
    export default app;`;
  assert.deepEqual(await routesOf(index), [
    "POST /api/public/users/:id public",
    "ALL /api/other/* login",
    "GET /api/a login",
    "PURGE /api/a login",
    "GET /api/webhooks/b webhook",
    "PURGE /api/webhooks/b webhook",
    "GET /api/files/* login",
    "GET /api/optional/:x? login",
    "ALL /api/public/sub public",
    "GET /api/public/sub/:name{[a-z]+\\.json} public",
  ]);
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
    const { startup, ...shape } = await analyseRoutes(system, await bundleApp(system, project));
    assert.ok(startup > 0);
    assert.deepEqual(shape, {
      routes: [],
      exports: ["default"],
      outside: null,
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
  [
    "an end of the process at the top, in another file",
    `import "./other";\nexport default 1;`,
    "SANDBOX_DENIED",
    /`process.exit`/,
    3,
  ],
  [
    "code made from text at the top",
    `\n\nconst make = Function;\nmake("return 1")();\nexport default 1;`,
    "SANDBOX_DENIED",
    /from strings/,
    4,
  ],
];
for (const [what, index, code, says, line] of refused) {
  Deno.test(`an app with ${what} gets ${code}`, async () => {
    const other = "\nconst n: number = 1;\nprocess.exit(n);";
    const files = { "server/src/index.ts": index, "server/src/other.ts": other };
    await inProject(files, async ({ system, project }) => {
      const failure = await failureOf(
        bundleApp(system, project).then((bundle) => analyseRoutes(system, bundle)),
      );
      assert.equal(failure.code, code, failure.message);
      assert.match(failure.message, says);
      assert.equal(failure.details?.line ?? null, line);
      const file = index.includes("./other") ? "server/src/other.ts" : "server/src/index.ts";
      assert.equal(failure.details?.file, file);
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
