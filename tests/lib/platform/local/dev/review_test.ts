import assert from "node:assert/strict";
import type { Finding } from "../../../../../lib/finding.ts";
import { answering, DevWorld } from "./world.ts";

const INDEX = "server/src/index.ts";
const OUTSIDE = answering("outside").replace(
  "export",
  'app.get("/outside", (c) => c.text(""));\nexport',
);
const codes = (findings: Finding[]) => findings.map(({ code }) => code);

Deno.test("what `deploy` would refuse is a warning after the code answers, once, and stands in the status", async () => {
  await using world = await DevWorld.make({ [INDEX]: OUTSIDE });
  const dev = await world.ready();
  const [route] = (await dev.next("review")).findings as [Finding];
  assert.deepEqual([route.code, route.severity, route.file], [
    "ROUTE_OUTSIDE_API",
    "warning",
    INDEX,
  ]);
  const status = async () => await (await dev.get("/api/_es/dev/status")).json();
  const first = await status();
  assert.deepEqual([first.ok, first.problems, codes(first.warnings)], [true, [], [
    "ROUTE_OUTSIDE_API",
  ]]);

  // The same again, and another one: only that is told.
  await world.write({
    [INDEX]: OUTSIDE.replace("/outside", '/api/_es/mine", (c) => c.text("")).get("/outside'),
  });
  await dev.next("reload");
  assert.deepEqual(codes((await dev.next("review")).findings), ["ROUTE_RESERVED"]);

  await world.write({ [INDEX]: "export default { fetch: () => new Response('plain') };\n" });
  await dev.next("reload");
  assert.deepEqual(codes((await dev.next("review")).findings), ["NOT_A_HONO_APP"]);
  assert.equal(await dev.text("/api/public/x"), "plain");

  await world.write({ [INDEX]: `await fetch("data:,x");\n${answering("fetched")}` });
  await dev.next("reload");
  const [denied] = (await dev.next("review")).findings as [Finding];
  assert.deepEqual([denied.code, denied.line], ["SANDBOX_DENIED", 1]);

  await world.write({ [INDEX]: answering("good") });
  await dev.next("reload");
  for (const deadline = Date.now() + 30_000; (await status()).warnings.length > 0;) {
    assert.ok(Date.now() < deadline, "the warning stays");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
});

Deno.test("a save ends the look at the code before it, and one that changes nothing lets it go on", async () => {
  await using world = await DevWorld.make({ [INDEX]: answering("one") });
  const dev = await world.ready();
  // Looking at this takes as long as may be; the next save does not wait for it.
  const forever = OUTSIDE.replace("outside", "slow") +
    "if (globalThis.caches === undefined) await new Promise((done) => setTimeout(done, 60_000));\n";
  await world.write({ [INDEX]: forever });
  await dev.next("reload");
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  await world.write({ [INDEX]: OUTSIDE });
  await dev.next("reload");
  await world.write({ ".env.local": "A=1\n" });
  assert.deepEqual(codes((await dev.next("review")).findings), ["ROUTE_OUTSIDE_API"]);
  const told = dev.events.flatMap((event) => event.event === "review" ? codes(event.findings) : []);
  assert.deepEqual(told, ["ROUTE_OUTSIDE_API"]);
});
