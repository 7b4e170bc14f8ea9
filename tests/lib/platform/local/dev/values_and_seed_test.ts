import assert from "node:assert/strict";
import { answering, BARREL, DevWorld, schema } from "./world.ts";

const INDEX = "server/src/index.ts";
const ENV = "server/.env.local";
const SEED = "server/dev/seed.ts";

Deno.test("`.env.local` feeds declared keys only; unset ones are named, secret values are masked, `ctx.environment` is dev", async () => {
  await using world = await DevWorld.make({
    [INDEX]: `import { Hono } from "hono";
import { ctx, secret, vars } from "edgespark";
const app = new Hono();
app.get("/api/public/x", (c) => {
  console.log("the key is " + secret.get("API_KEY"));
  const key = secret.get("API_KEY");
  return c.json({ region: vars.get("REGION"), key: key?.length ?? null, other: vars.get("OTHER"), environment: ctx.environment });
});
export default app;
`,
    "server/src/defs/runtime.ts":
      'export type VarKey = "REGION" | "MISSING";\nexport type SecretKey = "API_KEY";\n',
    [ENV]: "REGION=north # one\nAPI_KEY='canary-51e1f4c2'\nOTHER=1\n",
  });
  const dev = await world.ready();
  const notices = dev.events.flatMap((event) => event.event === "notice" ? [event] : []);
  assert.deepEqual(notices.map(({ code }) => code), ["ENV_UNSET", "ENV_UNDECLARED"]);
  assert.match(notices[0]!.message, /MISSING/);
  assert.deepEqual(JSON.parse(await dev.text("/api/public/x")), {
    region: "north",
    key: 15,
    other: null,
    environment: "dev",
  });
  const { record } = await dev.next(
    "log",
    ({ record }) => !!record.message?.includes("the key is"),
  );
  assert.doesNotMatch(record.message!, /canary/);

  await world.write({ [ENV]: "REGION=south\nAPI_KEY=canary-51e1f4c2\n" });
  await dev.next("reload");
  assert.equal(JSON.parse(await dev.text("/api/public/x")).region, "south");
  assert.doesNotMatch(JSON.stringify(dev.events) + dev.said, /canary/);
});

const POSTS =
  'export const posts = sqliteTable("posts", { id: integer("id").primaryKey(), title: text("title").notNull() });';
const APP = `import { Hono } from "hono";
import { auth } from "edgespark/http";
import { db } from "edgespark";
import { posts } from "./defs";
const app = new Hono();
app.get("/api/public/posts", async (c) => c.json((await db.select().from(posts)).map(({ title }) => title)));
app.get("/api/me", (c) => c.json({ email: auth.user.email }));
app.post("/api/posts", async (c) => c.json(await db.insert(posts).values({ title: auth.user.email }).returning()));
export default app;
`;
const seed = (title: string) =>
  `import { defineSeed } from "@edgespark/devkit";
import { posts } from "@defs";
export default defineSeed(async ({ db, origin, fetch, auth }) => {
  await db.delete(posts);
  await db.insert(posts).values({ title: ${JSON.stringify(title)} });
  const { user, fetch: as } = await auth.createUser({ email: "ann@example.com", password: "a long password", name: "Ann" });
  const me = await (await as("/api/me")).json();
  if (me.email !== user.email) throw new Error("not signed in: " + JSON.stringify(me));
  if ((await fetch("/api/me")).status !== 401) throw new Error("credentials went along");
  if (!origin.startsWith("http://localhost:")) throw new Error(origin);
  await as("/api/posts", { method: "POST" });
  if (typeof Deno !== "undefined" && Deno.readTextFileSync) throw new Error("it runs with the permissions of the program");
});
`;

Deno.test("the seed runs once, again when its text changes and after a reset, as the app and as a user", async () => {
  await using world = await DevWorld.make({
    [INDEX]: APP,
    "server/src/defs/index.ts": BARREL,
    "server/src/defs/db_schema.ts": schema(POSTS),
    [SEED]: seed("first"),
  });
  const dev = await world.ready();
  const seeded = dev.events.find((event) => event.event === "seed");
  assert.ok(seeded?.event === "seed");
  assert.deepEqual([seeded.file, seeded.problem], [SEED, null]);
  const posts = ["first", "ann@example.com"];
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), posts);

  await world.write({ [SEED]: seed("second") });
  assert.equal((await dev.next("seed")).problem, null);
  posts[0] = "second";
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), posts);

  await world.write({ [SEED]: seed("third") + 'null.where("is this");\n' });
  const { problem } = await dev.next("seed");
  assert.deepEqual([problem?.code, problem?.file, problem?.line], ["SEED_FAILED", SEED, 14]);
  await world.write({ [SEED]: `export default () => {\n  throw new Error("soft");\n};\n` });
  const thrown = (await dev.next("seed")).problem!;
  assert.deepEqual([thrown.code, thrown.file, thrown.line], ["SEED_FAILED", SEED, 2]);
  assert.match(thrown.message, /soft/);
  assert.deepEqual(JSON.parse(await dev.text("/api/public/posts")), posts);
  await world.write({ [SEED]: seed("second") });
  assert.equal((await dev.next("seed")).problem, null);
  await dev.end();

  const again = await world.ready();
  assert.equal(again.events.some((event) => event.event === "seed"), false);
  await again.end();
  const reset = await world.ready("--reset");
  assert.equal(reset.events.some((event) => event.event === "seed"), true);
  assert.deepEqual(JSON.parse(await reset.text("/api/public/posts")), posts);
});

Deno.test("auto-verify opens the link of the mail, which the log shows too", async () => {
  await using world = await DevWorld.make({
    [INDEX]: answering("x"),
    "configs/auth-config.yaml":
      "providerEmailPassword:\n  enabled: true\n  config:\n    requireEmailVerification: true\n",
  });
  const dev = await world.ready();
  const post = (path: string, body: unknown) =>
    dev.get(path, {
      method: "POST",
      headers: { "content-type": "application/json", origin: dev.url },
      body: JSON.stringify(body),
    });
  const user = { email: "bea@example.com", password: "a long password", name: "Bea" };
  const none = await post("/api/_es/dev/auto-verify", { email: "nobody@example.com" });
  assert.equal(none.status, 404);
  await none.body?.cancel();
  const made = await post("/api/_es/auth/sign-up/email", user);
  assert.equal(made.status, 200, await made.text());
  const refused = await post("/api/_es/auth/sign-in/email", user);
  assert.equal(refused.status, 403);
  await refused.body?.cancel();
  const verified = await post("/api/_es/dev/auto-verify", { email: user.email });
  assert.deepEqual(await verified.json(), { verified: true, email: user.email });
  const signedIn = await post("/api/_es/auth/sign-in/email", user);
  assert.equal(signedIn.status, 200, await signedIn.text());
  assert.ok(
    dev.events.some((event) =>
      event.event === "log" && event.record.message?.startsWith("[auth mail] to bea@example.com: ")
    ),
  );
});

Deno.test("the app may call services on loopback", async () => {
  const service = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("here"),
  );
  try {
    await using world = await DevWorld.make({
      [INDEX]: `export default { fetch: () => fetch("http://127.0.0.1:${service.addr.port}/") };\n`,
    });
    const dev = await world.ready();
    assert.equal(await dev.text("/api/public/x"), "here");
  } finally {
    await service.shutdown();
  }
});
