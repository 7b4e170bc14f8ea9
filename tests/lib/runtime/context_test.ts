import assert from "node:assert/strict";
import {
  installRuntime,
  type RequestScope,
  runInScope,
  RUNTIME_GLOBAL,
  type RuntimeGlobal,
} from "../../../lib/runtime/context.ts";
import { clientAddress } from "../../../lib/runtime/client_address.ts";
import type { StorageClient } from "../../../lib/runtime/storage/client.ts";

installRuntime();
const runtime = (globalThis as unknown as Record<symbol, RuntimeGlobal>)[RUNTIME_GLOBAL]!;

function scope(name: string): RequestScope {
  return {
    requestId: name,
    db: {
      name,
      who(this: { name: string }) {
        return this.name;
      },
    },
    storage: {} as StorageClient,
    user: null,
    environment: "production",
    variable: () => name,
    secret: () => null,
    background: () => {},
  };
}

Deno.test("values of `edgespark` belong to the request, across awaits and timers", async () => {
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      runInScope(scope(`r${index}`), async () => {
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 10));
        const { who } = runtime.db as { who(): string };
        return [who(), runtime.vars.get("X")];
      })),
  );
  assert.deepEqual(results, Array.from({ length: 50 }, (_, index) => [`r${index}`, `r${index}`]));
});

Deno.test("outside of a request every use says so", () => {
  const uses = [
    () => Reflect.get(runtime.db, "select"),
    () => runtime.storage.from,
    () => runtime.vars.get("X"),
    () => runtime.secret.get("X"),
    () => runtime.ctx.environment,
    () => runtime.ctx.runInBackground(Promise.resolve()),
    () => runtime.auth.user,
    () => runtime.auth.isAuthenticated(),
  ];
  for (const use of uses) assert.throws(use, { code: "OUTSIDE_REQUEST" });
});

Deno.test("only a proxy on this machine is believed", () => {
  const headers = { "x-forwarded-for": "9.9.9.9, 8.8.8.8", "x-forwarded-proto": "https" };
  const request = new Request("http://app.example/api", { headers });
  const url = new URL(request.url);
  assert.deepEqual(clientAddress(request.headers, url.href, "127.0.0.1"), {
    ip: "8.8.8.8",
    origin: "https://app.example",
  });
  assert.deepEqual(clientAddress(request.headers, url.href, "5.5.5.5"), {
    ip: "5.5.5.5",
    origin: "http://app.example",
  });
});
