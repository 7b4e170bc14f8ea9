import assert from "node:assert/strict";
import type { LogRecord } from "../../../../../lib/platform/platform.ts";
import { inWorld } from "./support/world.ts";

Deno.test("the worker runs the app with its database, vars and secrets", () =>
  inWorld(async (world) => {
    assert.equal(await (await world.get("/api/public/outside")).text(), "OUTSIDE_REQUEST");
    assert.deepEqual(await (await world.get("/api/public/settings")).json(), {
      variable: "sample",
      secret: "sk-very-secret",
      none: null,
      environment: "production",
    });
    world.send({ type: "config", vars: { PUBLIC_NAME: "changed" } });
    await world.next("configured");
    const settings = await (await world.get("/api/public/settings")).json();
    assert.equal(settings.variable, "changed");
    assert.equal(settings.secret, "sk-very-secret");

    const batch = await world.post("/api/public/batch", { names: ["a", "b"] });
    assert.deepEqual(await batch.json(), { ids: [1, 2] });
    const broken = await world.post("/api/public/batch", { names: ["c", "a"] });
    assert.equal(broken.status, 409);
    assert.deepEqual(await broken.json(), {
      error:
        "Error: D1_ERROR: UNIQUE constraint failed: authors.name: SQLITE_CONSTRAINT (extended: SQLITE_CONSTRAINT_UNIQUE)",
      count: 2,
    });
  }));

Deno.test("drizzle works over the binding: returning, relations, joins, bytes", () =>
  inWorld(async (world) => {
    const user = { name: "A", email: "a@example.com", password: "correct horse" };
    const { token } = await (await world.post("/api/_es/auth/sign-up/email", user)).json();
    const headers = { authorization: `Bearer ${token}` };
    const created = await world.post("/api/posts", { title: "First", author: "Anna" }, headers);
    assert.equal(created.status, 201);
    const post = await created.json();
    assert.deepEqual(post.picture, { type: "Buffer", data: [1, 2, 255] });
    assert.match(post.createdAt, /^\d{4}-\d{2}-\d{2} /);
    const { relational, joined } = await (await world.get("/api/public/posts")).json();
    assert.deepEqual(relational, [
      {
        id: 1,
        title: "First",
        authorId: 1,
        createdAt: post.createdAt,
        author: { id: 1, name: "Anna" },
      },
    ]);
    assert.deepEqual(joined, [{ title: "First", name: "Anna", picture: post.picture }]);
  }));

Deno.test("the worker refuses SQL that could destroy what is not the app's", () =>
  inWorld(async (world) => {
    const sql = async (text: string) => await (await world.post("/api/public/sql", text)).json();
    assert.deepEqual(await sql("SELECT 1 AS one, x'0102' AS bytes, sqrt(16) AS root"), {
      rows: [{ one: 1, bytes: [1, 2], root: 4 }],
    });
    for (
      const text of [
        "DELETE FROM authors",
        "DROP TABLE authors",
        "/* SELECT */ PRAGMA table_info(authors)",
        "ATTACH 'x.sqlite' AS x",
        "BEGIN",
        "SELECT 1; DELETE FROM authors WHERE 1",
        "WITH x AS (SELECT 1) DELETE FROM authors",
        "UPDATE es_system__auth_user SET name = 'x'",
        "insert into main.\"es_system__auth_session\" (id) values ('x')",
      ]
    ) {
      const { error } = await sql(text);
      assert.match(error ?? "no error", /^SQL refused: /, text);
    }
    assert.deepEqual(await sql("DELETE FROM authors WHERE id = 5"), { rows: [] });
    assert.deepEqual(await sql("SELECT count(*) AS users FROM es_system__auth_user"), {
      rows: [{ users: 0 }],
    });
  }));

Deno.test("the worker keeps the app inside its box", () =>
  inWorld(async (world) => {
    assert.deepEqual(await (await world.get("/api/public/host")).json(), {
      read: "Error",
      otherDatabase: "Error",
      write: "Error",
      env: "NODE_ENV",
      denoEnv: "undefined",
      run: "Error",
      import: "Error",
      net: "TypeError",
      post: "undefined",
    });
  }));

Deno.test("the worker answers errors without telling why, and goes on after strays", () =>
  inWorld(async (world) => {
    const response = await world.get("/api/public/throw");
    assert.equal(response.status, 500);
    assert.doesNotMatch(await response.text(), /secret inside/);
    const record = await world.logged((it) =>
      it.level === "error" && /secret inside/.test(it.message ?? "")
    );
    assert.equal(record.requestId, response.headers.get("x-edgespark-request-id"));
    assert.match(record.stack ?? "", /bundle\.js/);

    await world.get("/api/public/stray");
    await world.logged((it) => /stray error/.test(it.message ?? ""));
    await world.logged((it) => /stray rejection/.test(it.message ?? ""));
    assert.equal((await world.get("/api/public/version")).status, 200);
  }));

Deno.test("a Response that was read already is an error of the app, for the client and in the log", () =>
  inWorld(async (world) => {
    const response = await world.get("/api/public/read-already");
    assert.equal(response.status, 500);
    assert.equal((await response.json()).error.code, "INTERNAL_ERROR");
    const requestId = response.headers.get("x-edgespark-request-id");
    const closing = await world.logged((it) =>
      it.level === "request" && it.path === "/api/public/read-already"
    );
    assert.deepEqual([closing.status, closing.requestId], [500, requestId]);
    const said = await world.logged((it) => it.level === "error" && it.requestId === requestId);
    assert.match(said.message!, /^The request failed: TypeError: .* body was read already/);
  }));

Deno.test("`Response.error()` is an error of the app too, and a value that cannot be printed is none", () =>
  inWorld(async (world) => {
    const response = await world.get("/api/public/error-response");
    assert.equal(response.status, 500);
    const requestId = response.headers.get("x-edgespark-request-id");
    assert.match(requestId ?? "", /^[0-9a-f]{16}$/);
    await response.text();
    const closing = await world.logged((it) => it.path === "/api/public/error-response");
    assert.deepEqual([closing.status, closing.requestId], [500, requestId]);
    assert.equal(await (await world.get("/api/public/cannot-print")).text(), "went on");
    await world.logged((it) => /cannot be shown: no stack/.test(it.message ?? ""));
  }));

Deno.test("what is thrown and is no error stands in the log as Node prints it, without secrets", () =>
  inWorld(async (world) => {
    for (
      const [what, message] of [
        [
          "object",
          "The request failed: { code: 'NO_ROW', where: { table: 'posts' }, token: '[secret TOKEN]' }",
        ],
        ["text", "The request failed: only a text"],
        ["bare", "The request failed: [Object: null prototype] {}"],
        ["none", "The request failed: undefined"],
      ]
    ) {
      const response = await world.get(`/api/public/throw/${what}`);
      assert.equal(response.status, 500, what);
      const requestId = response.headers.get("x-edgespark-request-id");
      const said = await world.logged((it) => it.level === "error" && it.requestId === requestId);
      assert.equal(said.message, message);
    }
    const hostile = await world.get("/api/public/throw/hostile");
    assert.deepEqual([hostile.status, (await hostile.json()).error.code], [500, "INTERNAL_ERROR"]);
  }));

Deno.test("the worker logs requests and what the app says, with the request and without secrets", () =>
  inWorld(async (world) => {
    const id = (await world.get("/api/public/log?q=1")).headers.get("x-edgespark-request-id");
    assert.match(id ?? "", /^[0-9a-f]{16}$/);
    const request = await world.logged((it) => it.level === "request" && it.requestId === id);
    assert.equal(request.method, "GET");
    assert.equal(request.path, "/api/public/log");
    assert.equal(request.status, 200);
    assert.ok((request.ms ?? 0) >= 4);
    const said = world.records.filter((it) => it.requestId === id && it.level !== "request");
    assert.deepEqual(said.map(({ level, message }) => [level, message]), [
      ["info", "hello world { a: 1 }"],
      ["error", "Error: a bad thing"],
      ["warn", "the token is [secret TOKEN]"],
    ]);
    assert.match(said[1]?.stack ?? "", /a bad thing\n\s+at /);
  }));

Deno.test("a request whose client goes away has one closing record: at that moment, not at its end", () =>
  inWorld(async (world) => {
    const leave = new AbortController();
    const answer = world.get("/api/public/slow?ms=1500", { signal: leave.signal });
    await world.logged((it) => it.message === "slow begins");
    leave.abort();
    await assert.rejects(answer);
    const closing = (it: LogRecord) => it.level === "request" && it.path === "/api/public/slow";
    const { status, message, ms } = await world.logged(closing);
    assert.deepEqual([status, message], [499, "The client went away before the answer"]);
    assert.ok(ms! < 1_000, `${ms} ms`);
    assert.equal((await world.get("/api/public/slow?ms=500")).status, 200, "watched, and answered");
    await new Promise((done) => setTimeout(done, 1_500));
    assert.deepEqual(world.records.filter(closing).map((it) => it.status), [499, 200]);
  }));

Deno.test("background work outlives its response and is waited for at the end", async () => {
  let names: unknown;
  await inWorld(async (world) => {
    const start = performance.now();
    await (await world.get("/api/public/background")).text();
    assert.ok(performance.now() - start < 90);
    await world.logged((it) => /background failed/.test(it.message ?? ""));
    world.send({ type: "ping", id: 7 });
    assert.equal((await world.next("pong")).background, 1);
    await world.logged((it) => it.message === "background done");
    names = await (await world.post("/api/public/sql", "SELECT name FROM authors")).json();
    await (await world.get("/api/public/background")).text();
  });
  assert.deepEqual(names, { rows: [{ name: "from background" }] });
});

Deno.test("bodies stream both ways", () =>
  inWorld(async (world) => {
    const events = await world.get("/api/public/events");
    assert.match(events.headers.get("content-type") ?? "", /event-stream/);
    assert.equal((await events.text()).match(/data: v1/g)?.length, 3);
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const echo = await world.get("/api/public/echo", { method: "POST", body: bytes });
    assert.deepEqual(new Uint8Array(await echo.arrayBuffer()), bytes);
  }));

Deno.test("static files: types, caching, fallback, nothing outside", () =>
  inWorld(async (world) => {
    const script = await world.get("/assets/app.js");
    assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.equal(await script.text(), 'console.log("v1")');
    const etag = script.headers.get("etag")!;
    assert.equal(
      (await world.get("/assets/app.js", { headers: { "if-none-match": etag } })).status,
      304,
    );
    const head = await world.get("/assets/app.js", { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), "17");
    assert.equal(await head.text(), "");
    for (const path of ["/", "/index.html", "/some/page"]) {
      assert.equal(await (await world.get(path)).text(), "<h1>v1</h1>", path);
    }
    for (const path of ["/missing.js", "/..%2fbundle.js", "/assets/..%2f..%2fbundle.js", "/%00"]) {
      const response = await world.get(path);
      assert.doesNotMatch(await response.text(), /VERSION|drizzle/, path);
    }
    assert.equal((await world.get("/missing.js")).status, 404);
    assert.equal((await world.post("/", {})).status, 405);
  }));

Deno.test("without a deployment the server is healthy and says that nothing is deployed", () =>
  inWorld(async (world) => {
    assert.deepEqual(await (await world.get("/api/_es/health")).json(), {
      ok: true,
      deploymentId: null,
    });
    assert.equal((await world.get("/api/public/version")).status, 503);
    assert.equal((await world.get("/")).status, 404);
  }, { deployed: false }));
