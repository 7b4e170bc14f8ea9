import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { localAppServer } from "../../../../../lib/platform/local/server/app_server.ts";
import { openLocalPlatform } from "../../../../../lib/platform/local/local_platform.ts";
import { content, newWorld } from "./world.ts";

const CHUNK = 1024 * 1024;
/** 2 GiB go over the loopback and the disk with `--long`. */
const CHUNKS = Deno.env.get("EDGESPARK_LONG") ? 1024 : 64;
/** The most that the process of the app may hold while an object of any size goes through it, MiB. */
const LIMIT = 150;

const APP = content(`{
  async fetch(request) {
    const { storage } = globalThis[Symbol.for("edgespark.runtime")];
    const bucket = storage.from({ bucket_name: "uploads", description: "" });
    const put = await bucket.createPresignedPutUrl("huge.bin", 3600, { contentType: "video/mp4" });
    const get = await bucket.createPresignedGetUrl("huge.bin", 3600);
    return Response.json({ put, get });
  },
}`);

Deno.test({
  name: `an object of ${CHUNKS} MiB goes in and out within ${LIMIT} MiB of the app's process`,
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using world = await newWorld();
    const platform = await openLocalPlatform(world.system, world.project);
    try {
      const create = [{ name: "uploads", description: "" }];
      await platform.buckets.apply({ create, change: [], remove: [], rename: [] });
      const { url } = await platform.deployments.deploy(APP);
      const { app } = await localAppServer(world.system, world.project).status();
      const { put, get } = await (await fetch(`${url}/api/public/x`)).json();
      const before = await peakMiB(app!.pid!);
      const sent = createHash("sha256"), received = createHash("sha256");
      let turn = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (turn === CHUNKS) return controller.close();
          const chunk = new Uint8Array(CHUNK).fill(turn++ % 251);
          sent.update(chunk);
          controller.enqueue(chunk);
        },
      }, { highWaterMark: 1 });
      const stored = await fetch(put.uploadUrl, {
        method: "PUT",
        body,
        headers: put.requiredHeaders,
      });
      assert.equal(stored.status, 200, await stored.text());
      const afterPut = await peakMiB(app!.pid!);
      let bytes = 0;
      for await (const chunk of (await fetch(get.downloadUrl)).body!) {
        received.update(chunk);
        bytes += chunk.length;
      }
      assert.equal(bytes, CHUNK * CHUNKS);
      assert.equal(received.digest("hex"), sent.digest("hex"));
      const afterGet = await peakMiB(app!.pid!);
      console.log(JSON.stringify({ before, afterPut, afterGet }));
      assert.ok(afterGet <= LIMIT, `MiB: ${before}, then ${afterPut}, then ${afterGet}`);
    } finally {
      platform.close();
    }
  },
});

/** The most memory that a process has had, MiB. */
async function peakMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)![1]) / 1024);
}
