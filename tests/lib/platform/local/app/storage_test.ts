import assert from "node:assert/strict";
import { join } from "@std/path";
import { inWorld } from "./support/world.ts";

Deno.test("the app stores and presigns objects; only applied buckets exist", () =>
  inWorld(async (world) => {
    const stored = await world.get("/api/public/files/a.txt", {
      method: "PUT",
      body: "hello",
      headers: { "content-type": "text/plain" },
    });
    assert.deepEqual(await stored.json(), { contentType: "text/plain", size: 5 });
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
      downloadUrl.replace(/X-Amz-Expires=\d+/, "X-Amz-Expires=604800"),
      downloadUrl.replace(/X-Amz-Date=\d+T/, "X-Amz-Date=20991231T"),
      downloadUrl.replace(/X-Amz-Signature=./, "X-Amz-Signature=x"),
      `${downloadUrl}&key=b.txt`,
      downloadUrl.split("?")[0]!,
    ];
    for (const url of forged) {
      const response = await fetch(url);
      assert.equal((await response.json()).error.code, "SIGNATURE_INVALID", url);
    }
    const put = await fetch(downloadUrl, { method: "PUT", body: "x" });
    assert.equal((await put.json()).error.code, "SIGNATURE_INVALID");
    assert.equal(await (await fetch(downloadUrl)).text(), "hello");
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
    const { error } = await wrong.json();
    assert.equal(error.code, "SIGNATURE_INVALID");
    assert.match(error.message, /send content-type exactly as they were signed/);
    const big = new Uint8Array(3_000_000).fill(7);
    const right = await fetch(uploadUrl, { method: "PUT", body: big, headers: requiredHeaders });
    assert.equal(right.status, 200);
    await right.body?.cancel();
    const { downloadUrl } = await (await world.get("/api/public/presign/get/up.txt")).json();
    assert.deepEqual(new Uint8Array(await (await fetch(downloadUrl)).arrayBuffer()), big);

    const short = await presign(1);
    while (Date.now() < new Date(short.expiresAt).getTime()) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
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
    const namesIn = async (path: string) =>
      (await Array.fromAsync(Deno.readDir(path))).map((entry) => entry.name);
    assert.ok((await namesIn(folder)).includes("_up~2etxt"));
    for (const end = Date.now() + 20_000; (await namesIn(join(folder, "tmp"))).length > 0;) {
      assert.ok(Date.now() < end, "the unfinished file is gone");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const closing = await world.logged((it) => it.method === "PUT" && it.path === pathname);
    assert.equal(closing.status, 499);
    assert.deepEqual(world.records.filter(({ level }) => level === "error"), []);
    const { downloadUrl } = await (await world.get("/api/public/presign/get/up.txt")).json();
    assert.equal(await (await fetch(downloadUrl)).text(), "old");
  }));

Deno.test("downloads by range and condition, and from pages of other origins", () =>
  inWorld(async (world) => {
    await (await world.get("/api/public/files/ten.txt", { method: "PUT", body: "0123456789" }))
      .text();
    const { downloadUrl } = await (await world.get("/api/public/presign/get/ten.txt")).json();
    const get = async (headers: Record<string, string>, method = "GET") => {
      const response = await fetch(downloadUrl, { method, headers });
      return {
        status: response.status,
        text: await response.text(),
        range: response.headers.get("content-range"),
        length: response.headers.get("content-length"),
        headers: response.headers,
      };
    };
    const whole = await get({});
    const etag = whole.headers.get("etag")!;
    const modified = whole.headers.get("last-modified")!;
    assert.match(etag, /^"[0-9a-f]{32}"$/);
    assert.equal(whole.headers.get("accept-ranges"), "bytes");
    const ranges: [string, number, string, string | null][] = [
      ["bytes=0-3", 206, "0123", "bytes 0-3/10"],
      ["bytes=8-", 206, "89", "bytes 8-9/10"],
      ["bytes=-3", 206, "789", "bytes 7-9/10"],
      ["bytes=-30", 206, "0123456789", "bytes 0-9/10"],
      ["bytes=5-500", 206, "56789", "bytes 5-9/10"],
      ["bytes=10-", 416, "", "bytes */10"],
      ["bytes=-0", 416, "", "bytes */10"],
      ["bytes=5-4", 200, "0123456789", null],
      ["bytes=0-1,3-4", 200, "0123456789", null],
      ["lines=0-1", 200, "0123456789", null],
    ];
    for (const [range, status, text, contentRange] of ranges) {
      const seen = await get({ range });
      assert.deepEqual([seen.status, seen.text, seen.range], [status, text, contentRange], range);
    }
    const head = await get({ range: "bytes=0-3" }, "HEAD");
    assert.deepEqual([head.status, head.length, head.text], [206, "4", ""]);

    const old = new Date(0).toUTCString();
    const conditions: [Record<string, string>, number][] = [
      [{ "if-none-match": etag }, 304],
      [{ "if-none-match": `"x", W/${etag}` }, 304],
      [{ "if-none-match": '"x"' }, 200],
      [{ "if-match": etag }, 200],
      [{ "if-match": '"x"' }, 412],
      [{ "if-match": "*" }, 200],
      [{ "if-modified-since": modified }, 304],
      [{ "if-modified-since": old }, 200],
      [{ "if-unmodified-since": old }, 412],
      [{ "if-unmodified-since": modified }, 200],
      [{ "if-none-match": '"x"', "if-modified-since": modified }, 200],
      [{ range: "bytes=0-1", "if-range": etag }, 206],
      [{ range: "bytes=0-1", "if-range": '"x"' }, 200],
      [{ range: "bytes=0-1", "if-range": modified }, 206],
    ];
    for (const [headers, status] of conditions) {
      assert.equal((await get(headers)).status, status, JSON.stringify(headers));
    }
    await (await world.get("/api/public/files/ten.txt", { method: "PUT", body: "9876543210" }))
      .text();
    assert.equal((await get({ "if-none-match": etag })).text, "9876543210");

    const preflight = await fetch(downloadUrl, {
      method: "OPTIONS",
      headers: {
        origin: "https://other.example",
        "access-control-request-method": "PUT",
        "access-control-request-headers": "content-type, cache-control",
      },
    });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), "*");
    assert.match(preflight.headers.get("access-control-allow-methods")!, /PUT/);
    assert.equal(
      preflight.headers.get("access-control-allow-headers"),
      "content-type, cache-control",
    );
    assert.equal(whole.headers.get("access-control-allow-origin"), "*");
    assert.match(whole.headers.get("access-control-expose-headers")!, /etag/);
    // A refusal must be readable there too.
    const refused = await fetch(`${downloadUrl}0`);
    assert.equal(refused.headers.get("access-control-allow-origin"), "*");
    await refused.body?.cancel();
  }));
