import assert from "node:assert/strict";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { newWorld } from "./world.ts";

Deno.test("projects that start their servers at once get a port each", async () => {
  await using worlds = new AsyncDisposableStack();
  const servers = [];
  for (let count = 0; count < 4; count++) {
    const { system, project } = worlds.use(await newWorld());
    servers.push(localAppServer(system, project));
  }
  const started = await Promise.all(servers.map((one) => one.start({ host: null, port: null })));
  const urls = started.map(({ url }) => url);
  assert.equal(new Set(urls).size, servers.length, urls.join(" "));
});
