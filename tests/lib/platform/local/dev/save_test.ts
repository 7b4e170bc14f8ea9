import assert from "node:assert/strict";
import { answering, DevWorld } from "./world.ts";

const INDEX = "server/src/index.ts";

Deno.test("a save answers with new code, a broken one is told with its place and the next is taken up", async () => {
  await using world = await DevWorld.make({ [INDEX]: answering("one") });
  const dev = await world.ready();
  assert.match(dev.url, /^http:\/\/localhost:\d+$/);
  assert.equal(await dev.text("/api/public/x"), "one");

  await world.write({ [INDEX]: answering("two") });
  const reload = await dev.next("reload");
  assert.deepEqual(reload.changed, [INDEX]);
  assert.equal(await dev.text("/api/public/x"), "two");

  await world.write({ [INDEX]: answering("three") + "const broken = ;\n" });
  const { problems, serving } = await dev.next("problem");
  assert.equal(serving, true);
  assert.deepEqual(
    problems.map(({ code, file, line }) => ({ code, file, line })),
    [{ code: "SYNTAX_ERROR", file: INDEX, line: 5 }],
  );
  const old = await dev.get("/api/public/x");
  assert.equal(await old.text(), "two");
  assert.equal(old.headers.get("x-edgespark-dev-problem"), `SYNTAX_ERROR ${INDEX}:5`);
  const page = await dev.get("/api/public/x", { headers: { accept: "text/html" } });
  assert.equal(page.status, 500);
  assert.match(await page.text(), /server\/src\/index\.ts:5/);
  const status = await (await dev.get("/api/_es/dev/status")).json();
  assert.equal(status.ok, false);

  await world.write({ [INDEX]: answering("four") });
  await dev.next("reload");
  const good = await dev.get("/api/public/x");
  assert.equal(await good.text(), "four");
  assert.equal(good.headers.get("x-edgespark-dev-problem"), null);
});

Deno.test("code that throws while it loads is told with the project's line; before any good code, calls are answered with the problem", async () => {
  await using world = await DevWorld.make({
    [INDEX]: answering("x") + '\nthrow new Error("no <good>");\n',
  });
  const dev = await world.ready();
  const problem = dev.events.find((event) => event.event === "problem");
  assert.ok(problem?.event === "problem" && !problem.serving);
  const [{ code, file, line, message }] = problem.problems as [typeof problem.problems[0]];
  assert.deepEqual({ code, file, line }, { code: "APP_THREW", file: INDEX, line: 6 });
  assert.match(message, /no <good>/);
  const answer = await dev.get("/api/public/x");
  assert.equal(answer.status, 500);
  const { error } = await answer.json();
  assert.deepEqual([error.code, error.file, error.line], ["APP_THREW", INDEX, 6]);
  const page = await dev.get("/", { headers: { accept: "text/html" } });
  assert.match(await page.text(), /no &#60;good&#62;/);

  await world.write({ [INDEX]: answering("good") });
  await dev.next("reload");
  assert.equal(await dev.text("/api/public/x"), "good");
});

Deno.test("the SDK at the top level of a module is told as `deploy` tells it, with the project's line", async () => {
  await using world = await DevWorld.make({
    [INDEX]: `import { vars } from "edgespark";\n${answering("x")}\nvars.get("NAME");\n`,
  });
  const dev = await world.ready();
  const problem = dev.events.find((event) => event.event === "problem");
  assert.ok(problem?.event === "problem" && !problem.serving);
  const [{ code, file, line, hint }] = problem.problems as [typeof problem.problems[0]];
  assert.deepEqual({ code, file, line }, { code: "SDK_OUTSIDE_HANDLER", file: INDEX, line: 7 });
  assert.match(hint ?? "", /into a handler/);
});

Deno.test("no request is lost while code is saved again and again, and a slow one ends on the old code", async () => {
  await using world = await DevWorld.make({ [INDEX]: slow("0") });
  const dev = await world.ready();
  const late = dev.get("/api/public/slow");
  await dev.next("log", ({ record }) => record.message === "slow has begun");
  let done = false;
  const failed: unknown[] = [];
  const seen = new Set<string>();
  const clients = Array.from({ length: 4 }, async () => {
    while (!done) {
      const answer = await dev.get("/api/public/x").catch((error) => (failed.push(error), null));
      if (answer?.status === 200) seen.add(await answer.text());
      else if (answer) failed.push(`${answer.status} ${await answer.text()}`);
    }
  });
  for (let version = 1; version <= 5; version++) {
    await world.write({ [INDEX]: slow(String(version)) });
    await dev.next("reload");
  }
  assert.equal(await dev.text("/api/public/x"), "5");
  await dev.get("/api/public/release");
  assert.equal(await (await late).text(), "0");
  done = true;
  await Promise.all(clients);
  assert.deepEqual(failed, []);
  assert.ok(seen.has("5"));
});

Deno.test("it ends with code 0 at Ctrl-C, answers nothing more, and says so on stderr", async () => {
  await using world = await DevWorld.make({ [INDEX]: answering("x") });
  const dev = await world.ready();
  const { code, signal } = await dev.end();
  assert.deepEqual({ code, signal }, { code: 0, signal: null });
  await assert.rejects(dev.get("/api/public/x"));
  await assert.rejects(Deno.stat(world.path(".edgespark/dev/server.json")));
});

/** A request that waits for another one, whose code may be newer: `globalThis` is shared. */
function slow(version: string): string {
  return `import { Hono } from "hono";
const app = new Hono();
globalThis.gate ??= Promise.withResolvers();
app.get("/api/public/x", (c) => c.text("${version}"));
app.get("/api/public/slow", async (c) => {
  console.log("slow has begun");
  await globalThis.gate.promise;
  return c.text("${version}");
});
app.get("/api/public/release", (c) => (globalThis.gate.resolve(), c.text("ok")));
export default app;
`;
}
