import assert from "node:assert/strict";
import { readSchema } from "../../../lib/project/schema.ts";
import { failureOf, inProject } from "./world.ts";

/** What a schema file does, the code that it gets, the line that is named, and a word of the message. */
type Story = [what: string, text: string, code: string, line: number | null, says: RegExp];

const MEMORY = 256 * 1024 * 1024;

const stories: Story[] = [
  ["throws an error", `\nthrow new TypeError("boom");`, "SCHEMA_THREW", 2, /threw TypeError: boom/],
  [
    "throws in a function of another line",
    `const f = () => {\n  throw new Error("deep");\n};\nf();`,
    "SCHEMA_THREW",
    2,
    /deep/,
  ],
  ["throws text", `\n\nthrow "plain";`, "SCHEMA_THREW", 3, /threw "plain"/],
  ["throws null", `throw null;`, "SCHEMA_THREW", 1, /threw null/],
  [
    "throws an object that resists",
    `throw new Proxy(new Error("x"), { get() { throw 1; }, getPrototypeOf() { throw 2; } });`,
    "SCHEMA_THREW",
    1,
    /cannot be shown/,
  ],
  [
    "overflows the stack",
    // On one line: which call it is that finds the stack full differs from run to run.
    `function f(): number { return f() + 1; } f();`,
    "SCHEMA_THREW",
    1,
    /call stack/,
  ],
  ["loops for ever", `\nwhile (true) {}`, "SANDBOX_TIMEOUT", 2, /did not finish/],
  [
    "waits for ever",
    `\n\nawait new Promise(() => {});\nexport {};`,
    "SANDBOX_TIMEOUT",
    3,
    /did not finish/,
  ],
  [
    "blocks its thread",
    `Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`,
    "SANDBOX_TIMEOUT",
    null,
    /did not finish/,
  ],
  [
    "fills the heap",
    `const all: unknown[] = [];\nfor (;;) all.push({ x: [1, 2, 3] });`,
    "SANDBOX_MEMORY",
    2,
    /256 MiB/,
  ],
  [
    "fills buffers",
    `const all: unknown[] = [];\nfor (;;) all.push(new Uint8Array(1 << 24).fill(1));`,
    "SANDBOX_MEMORY",
    2,
    /256 MiB/,
  ],
  [
    "fills WebAssembly memory",
    `const all: WebAssembly.Memory[] = [];\nfor (;;) { const m = new WebAssembly.Memory({ initial: 256 }); new Uint8Array(m.buffer).fill(1); all.push(m); }`,
    "SANDBOX_MEMORY",
    2,
    /256 MiB/,
  ],
  [
    "starts a nested worker",
    `new Worker("data:text/javascript,for(;;);", { type: "module" });`,
    "SANDBOX_DENIED",
    1,
    /`Worker`/,
  ],
  ["ends the process", `\nprocess.exit(0);`, "SANDBOX_DENIED", 2, /`process.exit`/],
  ["ends its thread", `self.close();`, "SANDBOX_DENIED", 1, /`close`/],
  [
    "uses Deno",
    `declare const Deno: { readTextFileSync(path: string): string };\nDeno.readTextFileSync("/etc/hostname");`,
    "SCHEMA_THREW",
    2,
    /Deno is not defined/,
  ],
  ["fetches", `\nawait fetch("http://127.0.0.1:9");\nexport {};`, "SANDBOX_DENIED", 2, /`fetch`/],
  ["fetches without waiting", `fetch("http://127.0.0.1:9");`, "SANDBOX_DENIED", 1, /`fetch`/],
  ["opens a socket", `new WebSocket("ws://127.0.0.1:9");`, "SANDBOX_DENIED", 1, /`WebSocket`/],
  [
    "asks for a built-in module",
    `(process as unknown as { getBuiltinModule(n: string): unknown }).getBuiltinModule("node:fs");`,
    "SANDBOX_DENIED",
    1,
    /getBuiltinModule/,
  ],
  [
    "imports files",
    `\nimport { readFileSync } from "node:fs";\nreadFileSync("/etc/passwd");`,
    "IMPORT_REFUSED",
    2,
    /`node:fs`/,
  ],
  ["imports files later", `\nawait import("node:fs");`, "IMPORT_REFUSED", 2, /`node:fs`/],
  [
    "imports programs",
    `import { execSync } from "child_process";\nexecSync("id");`,
    "IMPORT_REFUSED",
    1,
    /`child_process`/,
  ],
  [
    "imports over http",
    `import x from "http://127.0.0.1:9/x.js";\nconsole.log(x);`,
    "IMPORT_REFUSED",
    1,
    /`http:`/,
  ],
  [
    "imports data",
    `import x from "data:text/javascript,export default 1";\nconsole.log(x);`,
    "IMPORT_REFUSED",
    1,
    /`data:`/,
  ],
  [
    "imports by a file address",
    `import x from "file:///etc/x.json";\nconsole.log(x);`,
    "IMPORT_REFUSED",
    1,
    /`file:`/,
  ],
  [
    "imports from a registry",
    `import x from "npm:zod";\nconsole.log(x);`,
    "IMPORT_REFUSED",
    1,
    /`npm:`/,
  ],
  [
    "imports an absolute path",
    `import x from "/etc/x.json";\nconsole.log(x);`,
    "IMPORT_REFUSED",
    1,
    /absolute/,
  ],
  [
    "imports what it computes",
    `const p = "file:///etc/x.json";\nawait import(p, { with: { type: "json" } });`,
    "SCHEMA_THREW",
    2,
    /not supported/,
  ],
  [
    "imports the SDK",
    `import { db } from "edgespark";\nconsole.log(db);`,
    "IMPORT_REFUSED",
    1,
    /`edgespark`/,
  ],
  [
    "imports another database",
    `import { pgTable } from "drizzle-orm/pg-core";\npgTable("x", {});`,
    "IMPORT_REFUSED",
    1,
    /pg-core/,
  ],
  ["evaluates text", `eval("1 + 1");`, "SANDBOX_DENIED", 1, /[Cc]ode generation/],
  [
    "makes a function of text",
    `(async () => {}).constructor("return 1")();`,
    "SANDBOX_DENIED",
    1,
    /[Cc]ode generation/,
  ],
  [
    "misses a package",
    `\nimport { nanoid } from "nanoid";\nnanoid();`,
    "PACKAGE_MISSING",
    2,
    /`nanoid` is not installed/,
  ],
  ["misses a file", `\n\nexport * from "./nope";`, "IMPORT_MISSING", 3, /`\.\/nope`/],
  ["is no TypeScript", `\nexport const a = ;`, "SYNTAX_ERROR", 2, /Unexpected/],
  [
    "answers for the sandbox",
    `postMessage({ ok: true, value: {}, words: [] });`,
    "SANDBOX_DENIED",
    1,
    /`postMessage`/,
  ],
  [
    "answers too much",
    `import { sqliteTable, text } from "drizzle-orm/sqlite-core";\nexport const t = sqliteTable("t", { a: text().default("x".repeat(20_000_000)) });`,
    "SANDBOX_OUTPUT",
    null,
    /16 MiB/,
  ],
];

for (const [what, text, code, line, says] of stories) {
  Deno.test(`a schema that ${what} gets ${code}`, async () => {
    await inProject({ "defs/db_schema.ts": text }, async ({ system, project }) => {
      const started = performance.now();
      const time = code === "SANDBOX_TIMEOUT" ? 2000 : 20_000;
      const failure = await failureOf(readSchema(system, project, { time, memory: MEMORY }));
      assert.equal(failure.code, code, failure.message);
      assert.equal(failure.kind, "failed");
      assert.match(failure.message, says);
      assert.equal(failure.details?.file, "server/src/defs/db_schema.ts");
      assert.equal(failure.details?.line, line);
      if (code === "SANDBOX_TIMEOUT") assert.ok(performance.now() - started < 4000, "ended late");
    });
  });
}

Deno.test("what a schema prints, starts and leaves behind does not matter", async () => {
  const text = `import { sqliteTable, text } from "drizzle-orm/sqlite-core";
    for (let i = 0; i < 100_000; i++) console.log("x".repeat(100));
    Promise.reject(new Error("later"));
    setTimeout(() => { throw new Error("sooner"); }, 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    JSON.stringify = () => { throw 1; };
    export const t = sqliteTable("t", { a: text() });`;
  await inProject({ "defs/db_schema.ts": text }, async ({ system, project }) => {
    assert.deepEqual((await readSchema(system, project)).tableNames, ["t"]);
  });
});

Deno.test("the environment is empty", async () => {
  const text = `throw new Error(JSON.stringify(process.env));`;
  await inProject({ "defs/db_schema.ts": text }, async ({ system, project }) => {
    const failure = await failureOf(readSchema(system, project));
    assert.equal(failure.details?.reason, '{"NODE_ENV":"production"}');
  });
});

Deno.test("the file that was being read is named", async () => {
  await inProject({
    "defs/db_schema.ts": `export * from "./first";\nexport * from "./second";`,
    "defs/first.ts": "export const a = 1;",
    "defs/second.ts": "export const b = 1;\nfor (;;) {}",
  }, async ({ system, project }) => {
    const failure = await failureOf(readSchema(system, project, { time: 1500, memory: MEMORY }));
    assert.equal(failure.details?.file, "server/src/defs/second.ts");
    assert.equal(failure.details?.line, 2);
  });
});
