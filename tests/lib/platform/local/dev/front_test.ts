import assert from "node:assert/strict";
import { openFront } from "../../../../../lib/platform/local/dev/front.ts";
import { isFree } from "../../../../../lib/platform/local/server/choose_port.ts";

/** A front before a server of the test; what it does not take is answered with "own". */
async function fronted(serve: Deno.ServeHandler) {
  const behind = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  const front = await openFront({ host: null, port: null }, {
    backend: ({ url }) =>
      Promise.resolve(
        url === "/own" ? null : { port: behind.addr.port, headers: { "x-front": "1" } },
      ),
    answer: (_, response) => Promise.resolve(void response.end("own")),
  });
  return {
    front,
    url: `http://localhost:${front.port}`,
    async [Symbol.asyncDispose]() {
      front.close();
      await behind.shutdown();
    },
  };
}

Deno.test("method, path, host, headers and bodies pass as they are, in both directions", async () => {
  await using world = await fronted(async (request) => {
    const body = new Uint8Array(await request.arrayBuffer());
    return new Response(body, {
      status: 207,
      headers: [
        ["content-encoding", "gzip"],
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-seen", `${request.method} ${request.url} ${request.headers.get("x-forwarded-for")}`],
      ],
    });
  });
  const { port } = world.front;
  await using connection = await raw(port);
  await connection.send(
    `PUT /a%2Fb?c=%20 HTTP/1.1\r\nHost: app.example:1\r\nContent-Length: 3\r\nConnection: close\r\n\r\n\u0001\u0002\u0003`,
  );
  const answer = await connection.rest();
  assert.match(answer, /^HTTP\/1\.1 207 /);
  assert.match(answer, /content-encoding: gzip\r\n/i);
  assert.match(answer, /set-cookie: a=1\r\n(.*\r\n)*set-cookie: b=2\r\n/i);
  assert.match(answer, /x-seen: PUT http:\/\/app\.example:1\/a%2Fb\?c=%20 (127\.0\.0\.1|::1)\r\n/i);
  assert.match(answer, /x-front: 1\r\n/i);
  assert.ok(answer.endsWith("\u0001\u0002\u0003"));
  assert.equal(await (await fetch(`${world.url}/own`)).text(), "own");
});

Deno.test("a large body arrives whole, and a stream arrives piece by piece", async () => {
  const next = Promise.withResolvers<void>();
  await using world = await fronted(async (request) => {
    if (request.method === "GET") {
      const encoder = new TextEncoder();
      return new Response(
        new ReadableStream({
          async start(controller) {
            controller.enqueue(encoder.encode("one"));
            await next.promise;
            controller.enqueue(encoder.encode("two"));
            controller.close();
          },
        }),
      );
    }
    let bytes = 0;
    for await (const chunk of request.body!) bytes += chunk.length;
    return Response.json(bytes);
  });
  const sent = await fetch(world.url, { method: "POST", body: new Uint8Array(32 << 20) });
  assert.equal(await sent.json(), 32 << 20);
  const reader = (await fetch(world.url)).body!.getReader();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "one");
  next.resolve();
  assert.equal(new TextDecoder().decode((await reader.read()).value), "two");
  assert.equal((await reader.read()).done, true);
});

Deno.test("a client that goes away ends the request behind", async () => {
  const ended = Promise.withResolvers<void>();
  await using world = await fronted(() =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(new Uint8Array(1)),
        cancel: () => ended.resolve(),
      }),
    )
  );
  const leave = new AbortController();
  const answer = await fetch(world.url, { signal: leave.signal });
  const reader = answer.body!.getReader();
  await reader.read();
  leave.abort();
  await assert.rejects(reader.read());
  await ended.promise;
});

Deno.test("a WebSocket passes with its protocol", async () => {
  await using world = await fronted((request) => {
    const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "one" });
    socket.onmessage = ({ data }) => socket.send(`heard ${data}`);
    return response;
  });
  const socket = new WebSocket(`${world.url.replace("http", "ws")}/socket`, ["one", "two"]);
  await new Promise((resolve) => socket.onopen = resolve);
  assert.equal(socket.protocol, "one");
  socket.send("word");
  const heard = await new Promise<MessageEvent>((resolve) => socket.onmessage = resolve);
  assert.equal(heard.data, "heard word");
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
});

Deno.test("it takes a port that is free on every address of `localhost`, and refuses a named one that is not", async () => {
  await using world = await fronted(() => new Response());
  const { port } = world.front;
  assert.equal(isFree("127.0.0.1", port), false);
  const rules = { backend: () => Promise.resolve(null), answer: () => Promise.resolve() };
  await assert.rejects(openFront({ host: null, port }, rules), { code: "PORT_TAKEN" });
  await assert.rejects(openFront({ host: null, port: 0 }, rules), { code: "PORT_INVALID" });
  const other = await openFront({ host: null, port: null }, rules);
  assert.notEqual(other.port, port);
  other.close();
});

async function raw(port: number) {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  return {
    send: (text: string) => connection.write(new TextEncoder().encode(text)),
    rest: async () => await new Response(connection.readable).text(),
    [Symbol.asyncDispose]: () => {
      try {
        connection.close();
      } catch {
        // Read to its end.
      }
      return Promise.resolve();
    },
  };
}
