import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { join } from "@std/path";
import { LocalD1 } from "../../../lib/platform/local/app/d1.ts";
import { clientAddress } from "../../../lib/runtime/client_address.ts";
import { clientGroup, createRateLimiter, LIMITS } from "../../../lib/runtime/auth/limits.ts";
import { SYSTEM_TABLES } from "../../../lib/schema/system_tables.ts";

async function withDatabase(test: (file: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-limits-" });
  try {
    const file = join(folder, "data.sqlite");
    const db = new DatabaseSync(file);
    for (const statement of SYSTEM_TABLES) db.exec(statement);
    db.close();
    await test(file);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the stated number passes in a window, for each client and group by itself", () =>
  withDatabase(async (file) => {
    const db = new LocalD1(file, { wall: false });
    let now = 1_000_000;
    const limiter = createRateLimiter(db, () => now);
    for (let count = 0; count < LIMITS.code.max; count++) {
      assert.equal(await limiter.take("code", "192.0.2.1"), null);
      now += 1000;
    }
    assert.equal(await limiter.take("code", "192.0.2.1"), 50);
    now += 10_000;
    assert.equal(await limiter.take("code", "192.0.2.1"), 40);
    assert.equal(await limiter.take("mail", "192.0.2.1"), null);
    assert.equal(await limiter.take("code", "192.0.2.2"), null);
    now += 40_000;
    assert.equal(await limiter.take("code", "192.0.2.1"), null);
    db.close();
  }));

Deno.test("a counter outlives its process, and a flood of clients changes no other's", () =>
  withDatabase(async (file) => {
    const now = 1_000_000;
    const first = new LocalD1(file, { wall: false });
    const before = createRateLimiter(first, () => now);
    for (let count = 0; count < LIMITS.mail.max; count++) await before.take("mail", "192.0.2.1");
    for (let client = 0; client < 3000; client++) {
      await before.take("mail", `198.51.${client >> 8}.${client & 255}`);
    }
    first.close();
    const second = new LocalD1(file, { wall: false });
    const after = createRateLimiter(second, () => now);
    assert.equal(await after.take("mail", "192.0.2.1"), 60);
    const many = await Promise.all(
      Array.from({ length: 20 }, () => after.take("signIn", "192.0.2.9")),
    );
    assert.ok(many.every((wait) => wait === null));
    assert.notEqual(await after.take("signIn", "192.0.2.9"), null);
    // Windows that have passed leave nothing behind.
    const later = createRateLimiter(second, () => now + 61_000);
    await later.take("mail", "192.0.2.1");
    const [row] = await second.prepare("SELECT count(*) FROM es_system__auth_verification")
      .raw<[number]>();
    assert.deepEqual(row, [1]);
    second.close();
  }));

Deno.test("an IPv6 client is its network", () => {
  for (
    const [ip, group] of [
      ["192.0.2.1", "192.0.2.1"],
      ["::ffff:192.0.2.1", "192.0.2.1"],
      ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
      ["2001:DB8:0001:2::6", "2001:db8:1:2::/64"],
      ["2001:db8::1", "2001:db8:0:0::/64"],
      ["::1", "0:0:0:0::/64"],
      ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ] as const
  ) assert.equal(clientGroup(ip), group);
});

Deno.test("only a proxy on this machine says who the client is, and only its own entry counts", () => {
  const url = new URL("http://app.example/api/x");
  const from = (ip: string, headers: Record<string, string>) =>
    clientAddress(new Headers(headers), url.href, ip);
  const forged = { "x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "https" };
  assert.deepEqual(from("203.0.113.9", forged), {
    ip: "203.0.113.9",
    origin: "http://app.example",
  });
  for (const ip of ["127.0.0.1", "::1", "::ffff:127.0.0.1"]) {
    assert.deepEqual(from(ip, forged), { ip: "198.51.100.1", origin: "https://app.example" });
  }
  const entry = (value: string) => from("127.0.0.1", { "x-forwarded-for": value }).ip;
  assert.equal(entry("198.51.100.1, 203.0.113.7"), "203.0.113.7");
  assert.equal(entry("203.0.113.7:5123"), "203.0.113.7");
  assert.equal(entry("[2001:db8::7]:5123"), "2001:db8::7");
  assert.equal(entry("2001:DB8::7"), "2001:db8::7");
  assert.equal(entry("unknown"), "127.0.0.1");
  assert.equal(entry("203.0.113.7, "), "127.0.0.1");
});
