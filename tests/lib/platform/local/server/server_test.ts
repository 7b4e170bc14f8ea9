import assert from "node:assert/strict";
import { join } from "@std/path";
import type { Failure } from "../../../../../lib/failure.ts";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { openEnvironment } from "../../../../../lib/platform/local/server/environment.ts";
import { findServer } from "../../../../../lib/platform/local/server/client.ts";
import { ROOT } from "../../../../support/fixtures.ts";
import { testSystem } from "../../../../support/system.ts";
import { hasAddress, lives, newWorld, until } from "./world.ts";

const ANY = { host: null, port: null };

Deno.test("a server starts in the background, says how it is, and stop leaves nothing behind", async () => {
  await using world = await newWorld();
  const server = localAppServer(world.system, world.project);
  assert.equal((await server.status()).running, false);
  const started = await server.start(ANY);
  assert.equal(started.running, true);
  assert.equal(started.deploymentId, null);
  assert.deepEqual(await server.status(), started);
  const answer = await fetch(`${started.url}/api/anything`);
  assert.equal(answer.status, 503);
  assert.equal((await answer.json()).error.code, "NOT_DEPLOYED");
  const files = Deno.env.get("EDGESPARK_CONTROL") === "files";
  const channel = await Deno.stat(
    join(world.project.state, "local", files ? "calls" : "server.sock"),
  );
  assert.equal((channel.mode ?? 0) & 0o777, files ? 0o700 : 0o600);

  assert.deepEqual(await server.stop(), { stopped: true, cutOff: null });
  assert.equal(await lives(started.pid!), false);
  assert.equal(await lives(started.app!.pid!), false);
  assert.equal((await server.status()).running, false);
  const left = [...Deno.readDirSync(join(world.project.state, "local"))].map(({ name }) => name);
  assert.equal(left.includes("server.json") || left.includes("server.sock"), false);
  assert.deepEqual(await server.stop(), { stopped: false, cutOff: null });
});

Deno.test("over files or over a socket, commands find the server of either", async () => {
  for (const [one, other] of [["", "files"], ["files", ""]] as const) {
    await using world = await newWorld(undefined, { EDGESPARK_CONTROL: one });
    const { pid } = await localAppServer(world.system, world.project).start(ANY);
    const system = testSystem({
      cwd: world.project.root,
      env: { EDGESPARK_CONTROL: other },
    });
    const server = localAppServer(system, world.project);
    assert.equal((await server.status()).pid, pid);
    assert.deepEqual(await server.stop(), { stopped: true, cutOff: null });
    assert.equal(await lives(pid!), false);
    const local = join(world.project.state, "local");
    const left = [...Deno.readDirSync(local)].map(({ name }) => name);
    assert.equal(left.includes("server.json") || left.includes("server.sock"), false);
    assert.equal(left.includes("calls"), one === "files");
  }
});

Deno.test("two starts at once end with one server that both find", async () => {
  await using world = await newWorld();
  const { startDetached } = await import(
    "../../../../../lib/platform/local/server/start_detached.ts"
  );
  const [one, two] = await Promise.all([
    startDetached(world.system, world.project, ANY),
    startDetached(testSystem({ cwd: world.project.root }), world.project, ANY),
  ]);
  assert.equal(one.status.pid, two.status.pid);
});

Deno.test("a second server is refused and the first one named", async () => {
  await using world = await newWorld();
  const server = localAppServer(world.system, world.project);
  const { url } = await server.start(ANY);
  for (const again of [() => server.start(ANY), () => server.run(ANY, () => {})]) {
    await assert.rejects(again, (error: Failure) => {
      assert.deepEqual([error.kind, error.code, error.details?.url], [
        "conflict",
        "SERVER_RUNNING",
        url,
      ]);
      return true;
    });
  }
});

Deno.test("in the foreground it ends by the signal, and by a stop from elsewhere", async () => {
  await using world = await newWorld();
  for (const end of ["signal", "stop"]) {
    const system = testSystem({ cwd: world.project.root });
    const server = localAppServer(system, world.project);
    const ready = Promise.withResolvers<number>();
    const run = server.run(ANY, (status) => ready.resolve(status.app!.pid!));
    const app = await Promise.race([ready.promise, run.then(() => assert.fail("ended early"))]);
    if (end === "signal") system.abort();
    else await localAppServer(world.system, world.project).stop();
    await run;
    assert.equal(await lives(app), false, end);
    assert.equal((await server.status()).running, false, end);
  }
});

Deno.test("the port is kept for the project, and one that the user names must be free", async () => {
  await using world = await newWorld();
  const taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr as Deno.NetAddr;
  const server = localAppServer(world.system, world.project);
  await assert.rejects(() => server.start({ host: null, port }), (error: Failure) => {
    assert.deepEqual([error.kind, error.code], ["conflict", "PORT_TAKEN"]);
    return true;
  });
  assert.equal((await server.status()).running, false);
  // Far from 7775, which other tests are after at the same time.
  const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const kept = (other.addr as Deno.NetAddr).port;
  other.close();
  const environment = openEnvironment(world.system, world.project);
  await environment.keepPort(kept);
  assert.equal((await server.start(ANY)).url, `http://127.0.0.1:${kept}`);
  await server.stop();
  const squatter = Deno.listen({ hostname: "127.0.0.1", port: kept });
  const { url } = await server.start(ANY);
  assert.notEqual(url, `http://127.0.0.1:${kept}`);
  assert.equal(await environment.keptPort(), Number(new URL(url!).port));
  environment.close();
  await server.stop();
  squatter.close();
  taken.close();
  assert.equal((await server.start({ host: null, port })).url, `http://127.0.0.1:${port}`);
});

Deno.test("an address that is none of this machine's, or no port, is a usage error", async () => {
  await using world = await newWorld();
  const server = localAppServer(world.system, world.project);
  await assert.rejects(
    () => server.start({ host: "203.0.113.1", port: null }),
    (error: Failure) => {
      assert.deepEqual([error.kind, error.code], ["usage", "LISTEN_FAILED"]);
      return true;
    },
  );
});

Deno.test("a killed supervisor takes the app with it, and what it left does not fool the next one", async () => {
  await using world = await newWorld();
  const server = localAppServer(world.system, world.project);
  const first = await server.start(ANY);
  Deno.kill(first.pid!, "SIGKILL");
  await until(async () => !(await lives(first.app!.pid!)));
  await Deno.stat(join(world.project.state, "local", "server.json"));
  assert.equal(await findServer(world.system, world.project), null);
  assert.equal((await server.status()).running, false);
  const second = await server.start(ANY);
  assert.notEqual(second.pid, first.pid);
});

Deno.test("a server whose project was removed ends by itself", async () => {
  await using world = await newWorld();
  const server = localAppServer(world.system, world.project);
  const { pid, app } = await server.start(ANY);
  await Deno.remove(world.project.root, { recursive: true });
  await until(async () => !(await lives(pid!)) && !(await lives(app!.pid!)));
});

Deno.test("other addresses of this machine, and a list of hosts that the app may call", async () => {
  await using world = await newWorld('[runtime]\nallow_net = ["example.com"]\n');
  const server = localAppServer(world.system, world.project);
  for (const [host, shown] of [["::1", "[::1]"], ["0.0.0.0", "localhost"]]) {
    if (!hasAddress(host!)) continue;
    const { url } = await server.start({ host: host!, port: null });
    assert.match(url!, new RegExp(`^http://${shown!.replace(/[[\]]/g, "\\$&")}:\\d+$`));
    assert.equal((await fetch(`${url}/api/x`)).status, 503);
    await server.stop();
  }
});

Deno.test("a path too long for a socket is no obstacle", async () => {
  await using world = await newWorld();
  const root = join(world.project.root, "a".repeat(60), "b".repeat(60));
  await Deno.mkdir(root, { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), "");
  const { openProject } = await import("../../../../../lib/project/project.ts");
  const project = await openProject(world.system, root);
  const server = localAppServer(world.system, project);
  const { running } = await server.start(ANY);
  assert.equal(running, true);
  assert.deepEqual(await server.stop(), { stopped: true, cutOff: null });
});

Deno.test("`serve --detach` gives the caller its pipes back", async () => {
  await using world = await newWorld();
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", join(ROOT, "main.ts"), "serve", "--detach", "--json"],
    cwd: world.project.root,
    env: { EDGESPARK_STATE_DIR: world.system.env.get("EDGESPARK_STATE_DIR")! },
    stdin: "null",
  });
  // Resolves when nobody holds the other ends any more.
  const { code, stdout, stderr } = await child.output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
  const { running, pid } = JSON.parse(new TextDecoder().decode(stdout));
  assert.equal(running, true);
  assert.equal(await lives(pid), true);
});
