import assert from "node:assert/strict";
import { join } from "@std/path";
import { sha256 } from "../../../../../lib/hex.ts";
import { say } from "../../../../support/say.ts";
import { lives, until } from "../server/world.ts";
import { answering, BARREL, DevWorld, schema } from "./world.ts";

const INDEX = "server/src/index.ts";

/** Every file below a folder with its content's hash; sockets and locks by name only. */
async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder)) {
    const path = join(folder, name);
    if (isDirectory) Object.assign(found, await contents(path));
    else found[path] = isFile ? await sha256(await Deno.readFile(path)) : "other";
  }
  return found;
}

Deno.test("`dev` and `dev --reset` leave `local/` as it is, byte for byte", async () => {
  await using world = await DevWorld.make({
    [INDEX]: answering("x"),
    "server/src/defs/index.ts": BARREL,
    "server/src/defs/db_schema.ts": schema(
      'export const posts = sqliteTable("posts", { id: integer("id").primaryKey() });',
    ),
    "server/src/defs/runtime.ts":
      'export type VarKey = "REGION";\nexport type SecretKey = never;\n',
  });
  const cwd = world.root;
  for (const sentence of ["db generate", "db migrate", "var set REGION=north"]) {
    const { code, err } = await say(sentence, { cwd });
    assert.equal(code, 0, err);
  }
  const local = world.path(".edgespark/local");
  const before = await contents(local);
  assert.ok(Object.keys(before).length >= 2);
  const dev = await world.ready();
  await Deno.writeTextFile(world.path(".edgespark/dev/mine"), "");
  await dev.get("/api/public/x").then((answer) => answer.body?.cancel());
  assert.ok(dev.events.some((event) => event.event === "notice" && event.code === "ENV_UNSET"));
  await dev.end();
  assert.deepEqual(await contents(local), before);
  await Deno.stat(world.path(".edgespark/dev/mine"));
  await (await world.ready("--reset")).end();
  assert.deepEqual(await contents(local), before);
  await assert.rejects(Deno.stat(world.path(".edgespark/dev/mine")), Deno.errors.NotFound);
});

Deno.test("a second `dev` in the project, and a port that is taken, end with code 5 and say who has it", async () => {
  await using world = await DevWorld.make({ [INDEX]: answering("x") });
  await using other = await DevWorld.make({ [INDEX]: answering("y") });
  const dev = await world.ready();
  const second = world.start();
  assert.equal((await second.status).code, 5);
  const { error } = JSON.parse(second.said);
  assert.equal(error.code, "DEV_RUNNING");
  assert.deepEqual(error.details, { pid: dev.pid, url: dev.url });
  assert.ok(error.hint.includes(String(dev.pid)));

  const port = new URL(dev.url).port;
  const taken = other.start("--port", port);
  assert.equal((await taken.status).code, 5);
  assert.equal(JSON.parse(taken.said).error.code, "PORT_TAKEN");
  const next = await other.ready();
  assert.notEqual(new URL(next.url).port, port);
  assert.equal(await dev.text("/api/public/x"), "x");
  assert.equal(await next.text("/api/public/x"), "y");
});

Deno.test("kill -9 of `dev` leaves no process, and the next one starts", async () => {
  await using world = await DevWorld.make({ [INDEX]: answering("x") });
  const dev = await world.ready();
  const children = await descendants(dev.pid);
  assert.ok(children.length > 0);
  dev.kill("SIGKILL");
  await dev.status;
  await until(
    async () => (await Promise.all(children.map(lives))).every((alive) => !alive),
    60_000,
  );
  const again = await world.ready();
  assert.equal(await again.text("/api/public/x"), "x");
});

Deno.test("an app that ends its process is started again, and requests wait for it", async () => {
  await using world = await DevWorld.make({
    [INDEX]: `import { Hono } from "hono";
const app = new Hono();
app.get("/api/public/x", (c) => c.text("x"));
app.get("/api/public/fill", (c) => {
  const all = [];
  for (;;) all.push(new Array(1e6).fill({}));
});
export default app;
`,
  }, "[runtime]\nmemory_mb = 64\n");
  const dev = await world.ready();
  const filled = await dev.get("/api/public/fill");
  assert.equal(filled.status, 503);
  assert.equal((await filled.json()).error.code, "APP_ENDED");
  assert.equal(await dev.text("/api/public/x"), "x");
  await dev.next("log", ({ record }) => record.level === "error");
});

/** Every process below another (Linux and macOS). */
async function descendants(pid: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid="] }).output();
  const pairs = new TextDecoder().decode(stdout).trim().split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number) as [number, number]);
  const below = (of: number): number[] =>
    pairs.filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return below(pid);
}
