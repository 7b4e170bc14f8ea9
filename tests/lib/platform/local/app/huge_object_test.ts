import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "@std/path";

const CHUNK = 1024 * 1024;
const CHUNKS = 1024;
/**
 * MiB that the transfers may add to the process which runs the app. Here it begins at some 110 MiB,
 * because the bundler and the test's own code are in it.
 */
const LIMIT = 85;

// 2 GiB go over the loopback and the disk: only `EDGESPARK_LONG=1 deno task test` does this.
if (Deno.env.get("EDGESPARK_LONG") && Deno.build.os === "linux") {
  Deno.test(`1 GiB goes in and out by presigned URLs within ${LIMIT} MiB more memory`, async () => {
    const server = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--no-check", join(import.meta.dirname!, "support", "object_server.ts")],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const lines = server.stdout.pipeThrough(new TextDecoderStream()).getReader();
    try {
      let text = "";
      while (!text.includes("\n")) text += (await lines.read()).value ?? assert.fail("no address");
      const { uploadUrl, headers, downloadUrl } = JSON.parse(text);
      const before = await peak(server.pid);
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
      const put = await fetch(uploadUrl, { method: "PUT", body, headers });
      assert.equal(put.status, 200, await put.text());
      const afterPut = await peak(server.pid);
      const get = await fetch(downloadUrl);
      let bytes = 0;
      for await (const chunk of get.body!) {
        received.update(chunk);
        bytes += chunk.length;
      }
      assert.equal(bytes, CHUNK * CHUNKS);
      assert.equal(received.digest("hex"), sent.digest("hex"));
      const afterGet = await peak(server.pid);
      console.log(JSON.stringify({ before, afterPut, afterGet }));
      assert.ok(afterGet - before <= LIMIT, `${before} MiB, then ${afterPut}, then ${afterGet}`);
    } finally {
      await server.stdin.close();
      await lines.cancel();
      await server.status;
    }
  });
}

/** The most memory that a process has had, MiB. */
async function peak(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Math.round(Number(/VmHWM:\s*(\d+)/.exec(status)![1]) / 1024);
}
