import assert from "node:assert/strict";
import { DEFAULT_AUTH_CONFIG } from "../../../../../lib/declare/auth_config.ts";
import { authSettings } from "../../../../../lib/platform/local/server/auth_settings.ts";
import { isFree, portsToTry } from "../../../../../lib/platform/local/server/choose_port.ts";
import {
  FrameWriter,
  readFrames,
  readFrameSync,
} from "../../../../../lib/platform/local/server/frames.ts";

/** Takes at most `most` bytes at a time, as a connection may. */
function takingInto(bytes: number[], most: number) {
  return {
    write(chunk: Uint8Array) {
      bytes.push(...chunk.subarray(0, most));
      return Promise.resolve(Math.min(chunk.length, most));
    },
  };
}

Deno.test("frames survive being cut anywhere", async () => {
  const bytes: number[] = [];
  const writer = new FrameWriter(takingInto(bytes, 5));
  await writer.write({ kind: "json", value: { text: "Grüße" } });
  await writer.write({ kind: "log", lines: new TextEncoder().encode("a\nb\n") });
  await writer.write({ kind: "json", value: null });
  for (const size of [1, 2, 7, bytes.length]) {
    // The last one is the beginning of a frame that never came.
    const read = inPieces(new Uint8Array([...bytes, 0, 0, 0]), size);
    const frames = await Array.fromAsync(
      readFrames({ read: (into) => Promise.resolve(read(into)) }),
    );
    assert.deepEqual(
      frames.map((frame) =>
        frame.kind === "json" ? frame.value : new TextDecoder().decode(frame.lines)
      ),
      [
        { text: "Grüße" },
        "a\nb\n",
        null,
      ],
    );
  }
});

/** Hands out bytes in pieces as `readSync` of a file does. */
function inPieces(bytes: Uint8Array, size: number): (into: Uint8Array) => number | null {
  let at = 0;
  return (into) => {
    if (at === bytes.length) return null;
    const piece = bytes.subarray(at, at + Math.min(size, into.length));
    into.set(piece);
    at += piece.length;
    return piece.length;
  };
}

Deno.test("one frame is read at once, however it comes, and no byte of what follows", async () => {
  const bytes: number[] = [];
  const writer = new FrameWriter(takingInto(bytes, 5));
  await writer.write({ kind: "json", value: { text: "Grüße" } });
  const whole = bytes.length;
  await writer.write({ kind: "json", value: "next" });
  for (const size of [1, 3, 1000]) {
    const read = inPieces(new Uint8Array(bytes), size);
    assert.deepEqual(readFrameSync(read), { kind: "json", value: { text: "Grüße" } });
    assert.deepEqual(readFrameSync(read), { kind: "json", value: "next" });
    assert.equal(readFrameSync(read), null);
  }
  for (const end of [0, 3, 5, whole - 1]) {
    assert.equal(readFrameSync(inPieces(new Uint8Array(bytes.slice(0, end)), 4)), null, `${end}`);
  }
  const other = new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n");
  assert.throws(() => readFrameSync(inPieces(other, 4)), /does not speak/);
});

Deno.test("a peer that speaks something else is refused", async () => {
  const read = inPieces(new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"), 4);
  const source = { read: (into: Uint8Array) => Promise.resolve(read(into)) };
  await assert.rejects(() => Array.fromAsync(readFrames(source)), /does not speak/);
});

Deno.test("ports: a named one alone, else the kept one, else from 7775 on", () => {
  assert.deepEqual(portsToTry(8080, 7780), [8080]);
  assert.deepEqual(portsToTry(null, null).slice(0, 3), [7775, 7776, 7777]);
  assert.deepEqual(portsToTry(null, 7776).slice(0, 3), [7776, 7775, 7777]);
  // Another program may take a port in the moment after it was given back, but not each of them.
  const given = Array.from({ length: 5 }, () => {
    const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr as Deno.NetAddr;
    assert.equal(isFree("127.0.0.1", port), false);
    listener.close();
    return isFree("127.0.0.1", port);
  });
  assert.ok(given.includes(true));
});

Deno.test("a provider counts when it is enabled and both its values are set", () => {
  const refs = { clientIdVarRef: "GITHUB_CLIENT_ID", clientSecretRef: "GITHUB_CLIENT_SECRET" };
  const config = {
    ...DEFAULT_AUTH_CONFIG,
    disableSignUp: true,
    providerGithub: { enabled: true, config: refs },
  };
  const vars = { GITHUB_CLIENT_ID: "id" };
  const secrets = { GITHUB_CLIENT_SECRET: "value" };
  assert.deepEqual(authSettings(config, vars, secrets).social, {
    github: { clientId: "id", clientSecret: "value" },
  });
  assert.deepEqual(authSettings(config, vars, {}).social, {});
  assert.deepEqual(
    authSettings({ ...config, providerGithub: { enabled: false, config: refs } }, vars, secrets)
      .social,
    {},
  );
  assert.equal(authSettings(config, vars, secrets).disableSignUp, true);
  assert.equal(authSettings(null, {}, {}).emailPassword.enabled, true);
});

Deno.test("frames larger than any buffer, many at once, and a peer that is gone", async () => {
  const bytes: number[] = [];
  const writer = new FrameWriter(takingInto(bytes, 10_000));
  const large = "x".repeat(200_000);
  const all = [large, "a", large, "b"].map((value) => writer.write({ kind: "json", value }));
  assert.ok(writer.waiting > 400_000);
  await Promise.all(all);
  await writer.done();
  assert.equal(writer.waiting, 0);
  const read = inPieces(new Uint8Array(bytes), 70_000);
  const frames = await Array.fromAsync(readFrames({ read: (into) => Promise.resolve(read(into)) }));
  assert.deepEqual(frames.map((frame) => frame.kind === "json" && frame.value), [
    large,
    "a",
    large,
    "b",
  ]);
  const gone = new FrameWriter({ write: () => Promise.reject(new Error("gone")) });
  const lost = [gone.write({ kind: "json", value: 1 }), gone.write({ kind: "json", value: 2 })];
  for (const one of lost) await assert.rejects(one, /gone/);
  await gone.done();
  assert.equal(gone.waiting, 0);
});
