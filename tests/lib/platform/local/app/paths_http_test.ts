import assert from "node:assert/strict";
import { Random } from "../../../../support/random.ts";
import { inWorld, type World } from "./support/world.ts";

/** Sends a target as it is written; nothing on the way may tidy it up. */
async function raw(world: World, target: string): Promise<{ status: number; body: string }> {
  const { hostname, port, host } = new URL(world.url);
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(
    new TextEncoder().encode(
      `GET ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`,
    ),
  );
  const text = await new Response(connection.readable).text();
  const end = text.indexOf("\r\n\r\n");
  return { status: Number(text.split(" ")[1]), body: text.slice(end + 4) };
}

/** Who answered. */
type Answer = "401" | "400" | "404" | "page" | "public" | "service" | "health";

const TARGETS: Record<string, Answer> = {
  "/api/who": "401",
  "/api/public/who": "public",
  // Dot segments, also encoded and with a backslash, are gone before anybody looks.
  "/api/public/../who": "401",
  "/api/public/%2e%2e/who": "401",
  "/api/public/.%2E/who": "401",
  "/api/public/%2E./who": "401",
  "/api/public\\..\\who": "401",
  "/api/./who": "401",
  "/api/%2e/who": "401",
  "/api/x/../public/who": "public",
  "/../api/who": "401",
  "/x/../api/who": "401",
  "/api/webhooks/../who": "401",
  "/api/_es/health/../../who": "401",
  "/api/public/..%2fwho": "404",
  "/api/public/..%5cwho": "404",
  "/api/public/%2e%2e%2fwho": "404",
  "/api/webhooks/..%2fwho": "404",
  "/api/public/..;/who": "404",
  // Other spellings of a prefix are other paths.
  "/api/PUBLIC/who": "401",
  "/api/Public/who": "401",
  "/API/who": "page",
  "/api./who": "page",
  "/api/public./who": "401",
  "/api/public%20/who": "401",
  "/api/public%00/who": "401",
  "/api/public;/who": "401",
  "//api/who": "page",
  "/api//who": "401",
  "/api/public//who": "404",
  "/api//public/who": "401",
  "/api/who/": "401",
  "/api/who.": "401",
  "/api/who%2f": "401",
  "/api/who?x=/api/public/": "401",
  "/api/who#/api/public/": "401",
  // Prefixes that only a decoder would find have no answer.
  "/%61pi/who": "400",
  "/api%2fwho": "400",
  "/api%2Fpublic%2Fwho": "400",
  "/api/%70ublic/who": "400",
  "/api/public%2fwho": "400",
  "/api/%77ebhooks/who": "400",
  "/api/%5fes/auth/get-session": "400",
  "/%61pi/%zz": "400",
  "/api/%77ho": "401",
  "/api/%2577ho": "401",
  "/api/%C0%AFpublic/who": "401",
  "/api/%E2%80%8Bpublic/who": "401",
  "/api/%EF%BD%90ublic/who": "401",
  "/\uff41pi/who": "page",
  "/api/\u212Aublic/who": "401",
  // The platform's own paths, and what only looks like them.
  "/api/_es/health": "health",
  "/api/_es/auth/get-session": "service",
  "/api/public/../_es/auth/get-session": "service",
  "/api/_es/auth/../who": "404",
  "/api/_es/auth/%67et-session": "404",
  "/api/_es/auth//get-session": "404",
  "/api/_es/other": "404",
  "/api/_es": "404",
  "/api/_es/dev/auto-verify": "404",
  "/api/_ES/auth/get-session": "401",
};

function answerOf({ status, body }: { status: number; body: string }): Answer {
  if (status !== 200) return String(status) as Answer;
  if (body.includes('"in":false')) return "public";
  if (body.includes("<h1>")) return "page";
  return body.includes("deploymentId") ? "health" : "service";
}

Deno.test("every spelling of a path is judged before the app sees it", () =>
  inWorld(async (world) => {
    const wrong: string[] = [];
    for (const [target, expected] of Object.entries(TARGETS)) {
      const answer = answerOf(await raw(world, target));
      if (answer !== expected) wrong.push(`${target}: ${answer}, not ${expected}`);
    }
    assert.deepEqual(wrong, []);
    const { host } = new URL(world.url);
    assert.equal(answerOf(await raw(world, `http://${host}/api/who`)), "401");
    assert.equal(answerOf(await raw(world, `http://${host}/api/public/who`)), "public");
  }));

const PARTS = [
  ...["api", "public", "webhooks", "_es", "auth", "who", "get-session", "..", ".", "", "%2e%2e"],
  ...["%61pi", "%70ublic", "API", "who%00", "%zz", "..%2f", "%5c", ";", "%252e", "\\", "wh%6f"],
];

Deno.test("no mixture of 400 random parts reaches the protected route without a session", () =>
  inWorld(async (world) => {
    const random = new Random(20261121);
    for (let count = 0; count < 400; count++) {
      const length = 1 + random.below(6);
      const target = Array.from({ length }, () => `/${random.pick(PARTS)}`).join("");
      const { status, body } = await raw(world, target);
      assert.ok(!body.includes('"date":'), target);
      assert.ok([200, 400, 401, 404, 405].includes(status), `${target}: ${status}`);
    }
  }));
