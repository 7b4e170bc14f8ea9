import assert from "node:assert/strict";
import { createStorageClient } from "../../../../lib/runtime/storage/client.ts";
import { checkKey, type ObjectStore } from "../../../../lib/runtime/storage/object_store.ts";
import { createPresigner } from "../../../../lib/runtime/storage/presign.ts";

const avatars = { bucket_name: "avatars", description: "Faces" };
const presigner = createPresigner("k".repeat(32));
const storage = createStorageClient({
  store: {} as ObjectStore,
  presigner,
  origin: "https://app.example",
  declared: [avatars],
  applied: () => ["avatars"],
});

Deno.test("S3 URIs name a bucket and a path and come back", () => {
  const uri = storage.createS3Uri(avatars, "path/file name.jpg");
  assert.equal(uri, "s3://avatars/path/file name.jpg");
  assert.deepEqual(storage.parseS3Uri(uri), { bucket: avatars, path: "path/file name.jpg" });
  assert.deepEqual(storage.tryParseS3Uri("s3://others/x")?.bucket, {
    bucket_name: "others",
    description: "",
  });
  for (
    const bad of [
      "",
      "s3://",
      "s3://avatars",
      "s3://avatars/",
      "http://avatars/x",
      "s3://A/x",
      "s3:///x",
    ]
  ) {
    assert.equal(storage.isS3Uri(bad), false, bad);
    assert.equal(storage.tryParseS3Uri(bad), null);
    assert.throws(() => storage.parseS3Uri(bad), { code: "URI_INVALID" });
  }
});

Deno.test("paths of objects are checked", () => {
  assert.equal(checkKey("../a\0"), "../a\0");
  for (const bad of ["", "\ud800", "x".repeat(1025), 5, undefined]) {
    assert.throws(() => checkKey(bad), { code: "PATH_INVALID" });
  }
});

Deno.test("a presigned URL brings back exactly what was signed, whatever the key", async () => {
  const keys = [
    "a",
    "a/b c/\u00e9?&#%.txt",
    ".",
    "../x",
    "%2E%2E/x",
    "a//b",
    "/a",
    "a/",
    "s\u{1F600}",
    "a+b=c'(d)!*~.$,;:@",
    "100% sure",
  ];
  for (const key of keys) {
    const grant = {
      method: "PUT" as const,
      bucket: "avatars",
      key,
      signed: new Date(1_700_000_000_000),
      seconds: 99,
      headers: { "content-type": 'a/b; c="d"', "content-disposition": "inline; filename=x y" },
    };
    const url = new URL(await presigner.sign(grant), "https://app.example");
    const headers = new Headers(grant.headers);
    const request = { method: "PUT", url, headers };
    assert.deepEqual(await presigner.verify(request), grant, key);
    assert.equal(await createPresigner("other".repeat(8)).verify(request), null);
    assert.equal(await presigner.verify({ ...request, method: "GET" }), null);
    for (const wrong of [{}, { ...grant.headers, "content-type": "text/html" }]) {
      assert.equal(await presigner.verify({ ...request, headers: new Headers(wrong) }), null);
    }
    for (const name of url.searchParams.keys()) {
      const other = new URL(url);
      other.searchParams.set(
        name,
        name === "X-Amz-Expires" ? "98" : `${url.searchParams.get(name)}0`,
      );
      assert.equal(await presigner.verify({ ...request, url: other }), null, name);
    }
    const moved = new URL(url);
    moved.pathname = moved.pathname.replace("avatars", "others");
    assert.equal(await presigner.verify({ ...request, url: moved }), null);
    const more = new URL(`${url}&more=1`);
    assert.equal(await presigner.verify({ ...request, url: more }), null);
  }
});

Deno.test("expiry and options are checked", async () => {
  const bucket = storage.from(avatars);
  for (const seconds of [0, -1, 1.5, 604_801, NaN]) {
    await assert.rejects(bucket.createPresignedGetUrl("a", seconds), { code: "OPTION_INVALID" });
  }
  await assert.rejects(bucket.put("a", "text" as unknown as ArrayBuffer), { code: "BODY_INVALID" });
  await assert.rejects(bucket.put("a", new ArrayBuffer(1), { contentType: "a\r\nb" }), {
    code: "OPTION_INVALID",
  });
  await assert.rejects(bucket.list({ limit: 0 }), { code: "OPTION_INVALID" });
  assert.throws(() => storage.from({ bucket_name: "nope", description: "" }), {
    code: "BUCKET_UNKNOWN",
  });
  const { uploadUrl, requiredHeaders } = await bucket.createPresignedPutUrl("a", 60, {
    cacheControl: "no-store",
  });
  assert.ok(uploadUrl.startsWith("https://app.example/api/_es/storage/avatars/a?"));
  assert.deepEqual(requiredHeaders, { "cache-control": "no-store" });
});
