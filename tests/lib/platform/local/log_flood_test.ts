import assert from "node:assert/strict";
import { openLocalPlatform } from "../../../../lib/platform/local/local_platform.ts";
import type { LogRecord, Platform } from "../../../../lib/platform/platform.ts";
import { content, lives, newWorld, until } from "./server/world.ts";

async function history(platform: Platform): Promise<LogRecord[]> {
  return await Array.fromAsync(
    platform.logs.tail({ since: 0, follow: false, signal: new AbortController().signal }),
  );
}

Deno.test("100,000 lines at once: each is in the log or in the number of a gap, and the app goes on", async () => {
  await using world = await newWorld();
  const platform = await openLocalPlatform(world.system, world.project);
  try {
    const { url } = await platform.deployments.deploy(content(`{
      fetch(request) {
        if (request.url.endsWith("/flood")) {
          for (let line = 0; line < 100_000; line++) console.log("line", line);
        }
        return new Response("fine");
      },
    }`));
    assert.equal(await (await fetch(`${url}/api/public/flood`)).text(), "fine");
    let counted = { lines: 0, lost: 0 };
    await until(async () => {
      counted = { lines: 0, lost: 0 };
      for (const { message, path, lost } of await history(platform)) {
        if (/^line \d+$/.test(message ?? "") || path === "/api/public/flood") counted.lines++;
        counted.lost += lost?.records ?? 0;
      }
      return counted.lines + counted.lost === 100_001;
    }, 60_000).catch(() => {});
    assert.equal(counted.lines + counted.lost, 100_001, JSON.stringify(counted));
    assert.ok(counted.lines >= 50_000);
    assert.equal(await (await fetch(`${url}/api/public/x`)).text(), "fine");
  } finally {
    platform.close();
  }
});

Deno.test("the server's start and stop, each switch, and an app process that is killed are records", async () => {
  await using world = await newWorld();
  const platform = await openLocalPlatform(world.system, world.project);
  const { localAppServer } = await import(
    "../../../../lib/platform/local/server/app_server.ts"
  );
  const server = localAppServer(world.system, world.project);
  try {
    await platform.deployments.deploy(content(`{ fetch: () => new Response("x") }`));
    const pid = (await server.status()).app!.pid!;
    Deno.kill(pid, "SIGKILL");
    await until(async () => {
      const { app } = await server.status();
      return app!.state === "running" && app!.pid !== pid;
    });
    const supervisor = (await server.status()).pid!;
    Deno.kill(supervisor, "SIGKILL");
    await until(async () => !await lives(supervisor));
    await server.start({ host: null, port: null });
    await server.stop();
    const words = (await history(platform)).filter(({ level }) =>
      level === "system" || level === "error"
    ).map(({ message }) => message!);
    for (
      const expected of [
        /^Server started at http/,
        /^Deployment [0-9a-f]{12} is active$/,
        /^The app process was killed by SIGKILL.*started again/,
        /^The server before this one was ended from outside/,
        /^Server stopped$/,
      ]
    ) assert.ok(words.some((text) => expected.test(text)), `${expected}: ${words.join("\n")}`);
  } finally {
    platform.close();
  }
});
