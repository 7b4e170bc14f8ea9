import assert from "node:assert/strict";
import {
  installRuntime,
  type RequestScope,
  runInScope,
  RUNTIME_GLOBAL,
  type RuntimeGlobal,
} from "../../../lib/runtime/context.ts";
import { clientAddress } from "../../../lib/runtime/client_address.ts";
import { refusing } from "../../../lib/sandbox/worker/runtime.ts";
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

// deno-lint-ignore no-explicit-any -- what no type allows is tried too
type Use = (runtime: any) => unknown;

const REFUSED: Use[] = [
  ({ db }) => db.select,
  ({ db }) => db.then,
  ({ db }) => `${db}`,
  ({ db }) => "select" in db,
  ({ db }) => db instanceof Map,
  ({ db }) => JSON.stringify({ db }),
  ({ storage }) => storage.from,
  ({ vars }) => vars.get("X"),
  ({ secret }) => secret.get("X"),
  ({ ctx }) => ctx.environment,
  ({ ctx }) => ctx.runInBackground(Promise.resolve()),
  ({ auth }) => auth.user,
  ({ auth }) => auth.isAuthenticated(),
];
const PERMITTED: Use[] = [
  ({ db }) => ({ db }),
  ({ db }) => Object.keys(db),
  ({ vars }) => vars.get,
  ({ vars }) => vars.other,
  ({ secret }) => secret.get,
  ({ ctx }) => ctx.runInBackground,
  ({ auth }) => auth.isAuthenticated,
];

Deno.test("outside of a request every use says so", () => {
  for (const use of REFUSED) {
    assert.throws(() => use(runtime), { code: "OUTSIDE_REQUEST" }, String(use));
  }
  for (const use of PERMITTED) assert.doesNotThrow(() => use(runtime), String(use));
});

Deno.test("what stands in for the runtime while an app is analysed refuses the same", () => {
  const stub = refusing();
  for (const use of REFUSED) {
    assert.throws(() => use(stub), { code: "OUTSIDE_REQUEST" }, String(use));
  }
  for (const use of PERMITTED) assert.doesNotThrow(() => use(stub), String(use));
  assert.deepEqual(Object.keys(stub).sort(), Object.keys(runtime).sort());
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
