import assert from "node:assert/strict";
import { join } from "@std/path";
import { bundleApp } from "../../../lib/bundle/app_bundle.ts";
import { builtinName, builtinReason } from "../../../lib/bundle/builtins.ts";
import { originalPlace } from "../../../lib/bundle/source_map.ts";
import { failureOf, inProject } from "../sandbox/world.ts";

const HONO = `import { Hono } from "hono";\n`;

/** A package as npm lays it out. */
function packageFiles(
  name: string,
  main: string,
  more: Record<string, unknown> = {},
): Record<string, string> {
  const folder = `server/node_modules/${name}`;
  return {
    [`${folder}/package.json`]: JSON.stringify({
      name,
      version: "1.0.0",
      main: "main.js",
      ...more,
    }),
    [`${folder}/main.js`]: main,
  };
}

/** Imports a bundle, as a server would. */
async function load(code: Uint8Array): Promise<Record<string, unknown>> {
  return await import(`data:text/javascript;base64,${code.toBase64()}`);
}

Deno.test("one module, the same bytes every time, with its parts and a map without contents", async () => {
  const files = {
    "server/src/index.ts":
      `${HONO}import text from "./hello.txt";\nexport default new Hono().get("/api/x", (c) => c.text(text));`,
    "server/src/hello.txt": "hello",
  };
  const digests: string[] = [];
  for (let turn = 0; turn < 2; turn++) {
    await inProject(files, async ({ system, project }) => {
      const bundle = await bundleApp(system, project);
      digests.push(bundle.digest);
      assert.match(bundle.digest, /^sha256-[0-9a-f]{64}$/);
      assert.equal(bundle.bytes, bundle.code.length);
      assert.ok(bundle.inputs.some(({ path }) => path === "server/src/index.ts"));
      assert.ok(
        bundle.inputs.every(({ bytes }, index) =>
          index === 0 || bytes <= bundle.inputs[index - 1]!.bytes
        ),
      );
      assert.equal(
        JSON.parse(new TextDecoder().decode(bundle.sourceMap)).sourcesContent,
        undefined,
      );
      const code = new TextDecoder().decode(bundle.code).split("\n");
      const line = code.findIndex((text) => text.includes('"/api/x"'));
      assert.deepEqual(
        originalPlace(bundle.sourceMap, line + 1, code[line]!.indexOf('"/api/x"') + 1),
        { file: "server/src/index.ts", line: 3, column: 31 },
      );
      const app = (await load(bundle.code)).default as { request(path: string): Promise<Response> };
      assert.equal(await (await app.request("/api/x")).text(), "hello");
    });
  }
  assert.equal(digests[0], digests[1]);
});

Deno.test("the SDK is the runtime's, reached at first use", async () => {
  const index = `import { vars, db } from "edgespark";
    import { auth } from "edgespark/http";
    export default { read: () => vars.get("A"), db: () => db.where(), user: () => auth.user, has: () => "get" in vars };`;
  await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
    const app = (await load((await bundleApp(system, project)).code)).default as Record<
      string,
      () => unknown
    >;
    assert.throws(() => app.read!(), /inside a handler/);
    const key = Symbol.for("edgespark.runtime");
    class Db {
      #secret = 7;
      where() {
        return this.#secret;
      }
    }
    Object.assign(globalThis, {
      [key]: {
        vars: { get: (name: string) => `value of ${name}` },
        db: new Db(),
        auth: { user: null },
      },
    });
    try {
      assert.deepEqual([app.read!(), app.db!(), app.user!(), app.has!()], [
        "value of A",
        7,
        null,
        true,
      ]);
    } finally {
      delete (globalThis as Record<symbol, unknown>)[key];
    }
  });
});

Deno.test("packages come from the project first, old ones may require what Workers have", async () => {
  await inProject({
    ...packageFiles("hono", "export class Hono { own = true }", { type: "module" }),
    ...packageFiles(
      "old",
      `const { createHash } = require("crypto"); const Events = require("events");
      let fs; try { fs = require("fs"); } catch {}
      module.exports = { hash: createHash("md5").update("x").digest("hex"), events: new Events() instanceof Events, fs: () => fs.readFileSync("/") };`,
    ),
    "server/src/index.ts":
      `${HONO}import old from "old"; const { createHash } = await import("node:crypto");
      export default { own: new Hono().own, old, same: createHash("md5").update("x").digest("hex") };`,
  }, async ({ system, project }) => {
    const bundle = await bundleApp(system, project);
    assert.deepEqual(bundle.warnings, []);
    const app = (await load(bundle.code)).default as {
      own: boolean;
      same: string;
      old: { hash: string; events: boolean; fs(): void };
    };
    assert.equal(app.own, true);
    assert.deepEqual([app.old.hash, app.old.events], [app.same, true]);
    assert.throws(() => app.old.fs(), /`node:fs` does not exist here/);
  });
});

Deno.test("without node_modules hono and drizzle-orm are our own copies, which are one", async () => {
  const index = `${HONO}import { HTTPException } from "hono/http-exception";
    import { is, Table } from "drizzle-orm"; import { sqliteTable, text } from "drizzle-orm/sqlite-core";
    const app = new Hono().get("/api/x", () => { throw new HTTPException(418, { message: "tea" }); });
    export default { app, isTable: is(sqliteTable("t", { a: text() }), Table) };`;
  await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
    const bundle = await bundleApp(system, project);
    assert.equal(bundle.warnings.length, 4);
    const loaded = (await load(bundle.code)).default as {
      isTable: boolean;
      app: { request(path: string): Promise<Response> };
    };
    assert.equal(loaded.isTable, true);
    assert.equal((await loaded.app.request("/api/x")).status, 418);
  });
});

Deno.test("a bundle brings the driver of its project's drizzle-orm along, else ours, with a barrel", async () => {
  type Connect = (client: object, schema: object) => { $client: object };
  const barrel = { "defs/index.ts": `export const drizzleSchema = {};` };
  const own = {
    ...packageFiles("drizzle-orm", "export const version = 1;", { type: "module" }),
    "server/node_modules/drizzle-orm/d1/index.js":
      `export const drizzle = (client, options) => ({ $client: client, own: options.schema });`,
    "server/node_modules/drizzle-orm/d1/package.json": `{ "main": "index.js", "type": "module" }`,
  };
  const index = { "server/src/index.ts": `${HONO}export default new Hono();` };
  const client = { prepare: () => {} };
  await inProject({ ...index, ...barrel, ...own }, async ({ system, project }) => {
    const { connect } = await load((await bundleApp(system, project)).code);
    assert.deepEqual((connect as Connect)(client, { a: 1 }), { $client: client, own: { a: 1 } });
  });
  await inProject({ ...index, ...barrel }, async ({ system, project }) => {
    const bundle = await bundleApp(system, project);
    assert.ok(
      bundle.warnings.every((warning) => !warning.includes("drizzle")),
      `${bundle.warnings}`,
    );
    const { connect } = await load(bundle.code);
    assert.equal((connect as Connect)(client, {}).$client, client);
  });
  await inProject(index, async ({ system, project }) => {
    assert.equal((await load((await bundleApp(system, project)).code)).connect, undefined);
  });
});

Deno.test("only the entry may name the module with the driver", async () => {
  const index = `import { connect } from "@edgespark/connect"; export default { fetch: connect };`;
  await inProject({ "server/src/index.ts": index }, async ({ system, project }) => {
    await assert.rejects(bundleApp(system, project), { code: "PACKAGE_MISSING" });
  });
});

Deno.test("paths of the tsconfig, comments in it, and its JSX are followed", async () => {
  await inProject({
    "server/tsconfig.json": `{ // comment
      "compilerOptions": { "paths": { "~/*": ["./src/*"], "@lib": ["./src/lib/index.ts"], "types-only": ["./x.d.ts"], }, "jsx": "react-jsx", "jsxImportSource": "hono/jsx" }, }`,
    "server/src/lib/index.ts": `export const one = 1;`,
    "server/src/deep/two.ts": `export const two = 2;`,
    "server/src/page.tsx": `export const page = String(<p>hi</p>);`,
    "server/src/index.ts":
      `import { one } from "@lib"; import { two } from "~/deep/two"; import { page } from "./page"; import "types-only";
      export default { sum: one + two, page };`,
  }, async ({ system, project }) => {
    assert.deepEqual((await load((await bundleApp(system, project)).code)).default, {
      sum: 3,
      page: "<p>hi</p>",
    });
  });
});

Deno.test("names below `baseUrl`, several targets of a path, JSON and text are found", async () => {
  await inProject({
    "server/tsconfig.json":
      `{ "compilerOptions": { "baseUrl": "./src", "paths": { "@/*": ["./missing/*", "./lib/*"] } } }`,
    "server/src/lib/two.ts": `export const two = 2;`,
    "server/src/data.json": `{ "three": 3 }`,
    "server/src/query.sql": "SELECT 1;",
    "server/src/index.ts": `import { two } from "@/two"; import { two as again } from "lib/two";
      import data, { three } from "data.json"; import sql from "./query.sql";
      export default { two, again, data, three, sql };`,
  }, async ({ system, project }) => {
    assert.deepEqual((await load((await bundleApp(system, project)).code)).default, {
      two: 2,
      again: 2,
      data: { three: 3 },
      three: 3,
      sql: "SELECT 1;",
    });
  });
});

Deno.test("a workspace: packages at its root, and its own packages behind links with what they need", async () => {
  await inProject({
    "edgespark.toml": '[server]\npath = "apps/api/server"\n',
    "package.json": '{ "private": true, "workspaces": ["apps/*/server", "packages/*"] }',
    "apps/api/server/src/index.ts":
      `import { hello } from "@repo/words"; import hoisted from "hoisted"; import store from "stored";
      export default { hello, hoisted, store };`,
    "packages/words/package.json":
      '{ "name": "@repo/words", "type": "module", "exports": "./src/index.ts" }',
    "packages/words/src/index.ts":
      `import hoisted from "hoisted"; import deep from "deep"; export const hello: string = hoisted + deep;`,
    "packages/words/node_modules/deep/package.json": '{ "name": "deep", "main": "i.js" }',
    "packages/words/node_modules/deep/i.js": 'module.exports = " deep";',
    "node_modules/hoisted/package.json": '{ "name": "hoisted", "main": "i.js" }',
    "node_modules/hoisted/i.js": 'module.exports = "hoisted";',
    "node_modules/.pnpm/stored@1.0.0/node_modules/stored/package.json":
      '{ "name": "stored", "main": "i.js" }',
    "node_modules/.pnpm/stored@1.0.0/node_modules/stored/i.js":
      'module.exports = require("inner");',
    "node_modules/.pnpm/stored@1.0.0/node_modules/inner/package.json":
      '{ "name": "inner", "main": "i.js" }',
    "node_modules/.pnpm/stored@1.0.0/node_modules/inner/i.js": 'module.exports = "inner";',
  }, async ({ system, project, root }) => {
    await Deno.mkdir(join(root, "node_modules/@repo"), { recursive: true });
    await Deno.mkdir(join(root, "apps/api/server/node_modules"), { recursive: true });
    await Deno.symlink("../../packages/words", join(root, "node_modules/@repo/words"));
    await Deno.symlink(
      "../../../../node_modules/.pnpm/stored@1.0.0/node_modules/stored",
      join(root, "apps/api/server/node_modules/stored"),
    );
    const bundle = await bundleApp(system, project);
    assert.deepEqual((await load(bundle.code)).default, {
      hello: "hoisted deep",
      hoisted: "hoisted",
      store: "inner",
    });
    assert.ok(bundle.inputs.some(({ path }) => path === "packages/words/src/index.ts"));
  });
});

const refused: [what: string, index: string, code: string, place: string, says: RegExp][] = [
  [
    "a missing package",
    `\nimport { z } from "zod";\nz();`,
    "PACKAGE_MISSING",
    "2:19",
    /`zod` is not installed/,
  ],
  [
    "a package that is not on npm",
    `import { createEdgeSpark } from "@edgespark/web";\ncreateEdgeSpark();`,
    "PACKAGE_MISSING",
    "1:33",
    /not on npm/,
  ],
  ["files", `import fs from "fs";\nfs.x;`, "IMPORT_REFUSED", "1:16", /`fs`/],
  [
    "threads",
    `import { Worker } from "node:worker_threads";\nnew Worker("x");`,
    "IMPORT_REFUSED",
    "1:24",
    /worker_threads/,
  ],
  [
    "a built-in module that Node does not have",
    `import x from "node:nope";\nx();`,
    "IMPORT_REFUSED",
    "1:15",
    /node:nope/,
  ],
  [
    "an unknown part of the SDK",
    `import x from "edgespark/cron";\nx();`,
    "IMPORT_REFUSED",
    "1:15",
    /`edgespark\/cron`/,
  ],
  ["an address", `import x from "https://esm.sh/x";\nx();`, "IMPORT_REFUSED", "1:15", /`https:`/],
  [
    "WebAssembly",
    `import x from "./x.wasm";\nx();`,
    "IMPORT_REFUSED",
    "1:15",
    /WebAssembly files cannot/,
  ],
  ["a syntax error", `export default {\n  a: 1\n  b: 2 };`, "SYNTAX_ERROR", "3:3", /Expected/],
  [
    "a name that is not exported",
    `import { nope } from "./other";\nnope();`,
    "EXPORT_MISSING",
    "1:10",
    /nope/,
  ],
];
for (const [what, index, code, place, says] of refused) {
  Deno.test(`an app with ${what} gets ${code}`, async () => {
    await inProject({
      "server/src/index.ts": `${index}\nexport default 1;`,
      "server/src/x.wasm": "",
      "server/src/other.ts": "export {};",
    }, async ({ system, project }) => {
      const failure = await failureOf(bundleApp(system, project));
      assert.equal(failure.code, code, failure.message);
      assert.match(failure.message, says);
      assert.equal(`${failure.details?.line}:${failure.details?.column}`, place);
      assert.equal(failure.details?.file, "server/src/index.ts");
    });
  });
}

Deno.test("nothing comes from outside of the project, not through links either", async () => {
  const outside = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(join(outside, "secret.json"), `{"key":"value"}`);
    await Deno.writeTextFile(join(outside, "index.js"), `export const x = 1;`);
    await inProject(
      { "server/src/index.ts": "", "server/node_modules/real/index.js": "export {}" },
      async ({ system, project, root }) => {
        await Deno.symlink(join(outside, "secret.json"), join(root, "server/src/linked.json"));
        await Deno.symlink(outside, join(root, "server/node_modules/linked"));
        const up = "../".repeat(root.split("/").length + 1);
        for (
          const specifier of [`${up.slice(0, -1)}${outside}/secret.json`, "./linked.json", "linked"]
        ) {
          await Deno.writeTextFile(
            join(root, "server/src/index.ts"),
            `\nimport * as x from "${specifier}";\nexport default x;`,
          );
          const failure = await failureOf(bundleApp(system, project));
          assert.equal(failure.code, "IMPORT_OUTSIDE", specifier);
          assert.deepEqual([failure.details?.file, failure.details?.line], [
            "server/src/index.ts",
            2,
          ]);
        }
      },
    );
  } finally {
    await Deno.remove(outside, { recursive: true });
  }
});

Deno.test("a project behind a link is a project", async () => {
  await inProject({
    "server/src/index.ts": `export default 1;`,
    "defs/index.ts": "export const drizzleSchema = {};",
  }, async ({ system, project, root }) => {
    const link = `${root}-link`;
    await Deno.symlink(root, link);
    try {
      const moved = (path: string) => path.replace(root, link);
      const linked = {
        ...project,
        root: link,
        server: moved(project.server),
        defs: moved(project.defs),
        generated: moved(project.generated),
      };
      assert.equal(
        (await bundleApp(system, linked)).digest,
        (await bundleApp(system, project)).digest,
      );
    } finally {
      await Deno.remove(link);
    }
  });
});

Deno.test("a bundle over the limit names its largest parts", async () => {
  const big = `export default ${JSON.stringify("x".repeat(26 * 1024 * 1024))};`;
  await inProject({
    "server/src/index.ts": `import big from "./big"; export default big;`,
    "server/src/big.js": big,
  }, async ({ system, project }) => {
    const failure = await failureOf(bundleApp(system, project));
    assert.equal(failure.code, "BUNDLE_TOO_LARGE");
    assert.match(failure.hint ?? "", /server\/src\/big\.js/);
  });
});

Deno.test("a project without an app says where it belongs", async () => {
  await inProject({}, async ({ system, project }) => {
    const failure = await failureOf(bundleApp(system, project));
    assert.equal(failure.code, "ENTRY_MISSING");
    assert.match(failure.message, /server\/src\/index\.ts/);
  });
});

Deno.test("every built-in module that is refused says what to do instead", () => {
  for (const name of ["fs", "sqlite", "worker_threads", "module", "vm", "tty", "nope"]) {
    assert.match(builtinReason(name), /: |`db`|Code cannot/, name);
  }
  assert.equal(builtinName("crypto"), "crypto");
  assert.equal(builtinName("node:buffer"), "buffer");
  for (const name of ["buffer/", "sqlite", "zod"]) assert.equal(builtinName(name), null, name);
});
