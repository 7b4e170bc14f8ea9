import assert from "node:assert/strict";
import { join } from "@std/path";
import { inWorld } from "./support/world.ts";

Deno.test("the app stores and presigns objects; only applied buckets exist", () =>
  inWorld(async (world) => {
    const put = await world.get("/api/public/files/a.txt", {
      method: "PUT",
      body: "hello",
      headers: { "content-type": "text/plain" },
    });
    assert.deepEqual(await put.json(), { contentType: "text/plain", size: 5 });
    assert.match(
      await (await world.get("/api/public/missing-bucket")).text(),
      /"missing" does not exist.*storage apply/,
    );

    const { downloadUrl, expiresAt } = await (await world.get("/api/public/presign/get/a.txt"))
      .json();
    assert.equal(new URL(downloadUrl).origin, world.url);
    assert.ok(Math.abs(new Date(expiresAt).getTime() - Date.now() - 60_000) < 5_000);
    const download = await fetch(downloadUrl);
    assert.equal(download.headers.get("content-type"), "text/plain");
    assert.equal(await download.text(), "hello");
    const head = await fetch(downloadUrl, { method: "HEAD" });
    assert.equal(head.headers.get("content-length"), "5");

    const forged = [
      downloadUrl.replace("a.txt", "b.txt"),
      downloadUrl.replace("/uploads/", "/missing/"),
      downloadUrl.replace(/expires=\d+/, "expires=9999999999"),
      downloadUrl.replace("method=GET", "method=PUT"),
      downloadUrl.replace(/signature=../, "signature=00"),
      downloadUrl.split("?")[0]!,
    ];
    for (const url of forged) {
      const response = await fetch(url);
      assert.equal((await response.json()).error.code, "SIGNATURE_INVALID", url);
    }
    assert.equal((await fetch(downloadUrl, { method: "PUT", body: "x" })).status, 405);
  }));

Deno.test("a presigned upload enforces its headers and its end", () =>
  inWorld(async (world) => {
    const presign = async (seconds: number) =>
      await (await world.get(`/api/public/presign/put/up.txt?seconds=${seconds}`)).json();
    const { uploadUrl, requiredHeaders } = await presign(60);
    assert.deepEqual(requiredHeaders, { "content-type": "text/plain" });
    const wrong = await fetch(uploadUrl, {
      method: "PUT",
      body: "x",
      headers: { "content-type": "text/html" },
    });
    assert.equal((await wrong.json()).error.code, "HEADER_MISMATCH");
    const big = new Uint8Array(3_000_000).fill(7);
    const right = await fetch(uploadUrl, { method: "PUT", body: big, headers: requiredHeaders });
    assert.equal(right.status, 200);
    await right.body?.cancel();
    const { downloadUrl } = await (await world.get("/api/public/presign/get/up.txt")).json();
    assert.deepEqual(new Uint8Array(await (await fetch(downloadUrl)).arrayBuffer()), big);

    const short = await presign(1);
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const late = await fetch(short.uploadUrl, {
      method: "PUT",
      body: "x",
      headers: requiredHeaders,
    });
    assert.equal((await late.json()).error.code, "URL_EXPIRED");
  }));

Deno.test("an upload that breaks off leaves the old object and no trace", () =>
  inWorld(async (world) => {
    await (await world.get("/api/public/files/up.txt", { method: "PUT", body: "old" })).text();
    const { uploadUrl, requiredHeaders } = await (await world.get("/api/public/presign/put/up.txt"))
      .json();
    const { hostname, port, pathname, search } = new URL(uploadUrl);
    const connection = await Deno.connect({ hostname, port: Number(port) });
    await connection.write(new TextEncoder().encode(
      `PUT ${pathname}${search} HTTP/1.1\r\nhost: ${hostname}:${port}\r\ncontent-type: ${
        requiredHeaders["content-type"]
      }\r\ncontent-length: 1000\r\n\r\nhalf`,
    ));
    await new Promise((resolve) => setTimeout(resolve, 100));
    connection.close();
    const folder = join(world.folder, "buckets", "uploads");
    for (const end = Date.now() + 3000;;) {
      const names = (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name);
      if (names.length === 1 || Date.now() > end) {
        assert.deepEqual(names, ["_up~2etxt"]);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const { downloadUrl } = await (await world.get("/api/public/presign/get/up.txt")).json();
    assert.equal(await (await fetch(downloadUrl)).text(), "old");
  }));
