import assert from "node:assert/strict";
import { loadParser } from "../../../lib/check/code/parse.ts";
import type { Program } from "../../../lib/check/code/program.ts";
import { readModule } from "../../../lib/check/code/read_module.ts";
import { findUses } from "../../../lib/check/code/uses.ts";

const parse = await loadParser();
const STORAGE = `
import type { BucketDef } from "@sdk/server-types";
export const photos: BucketDef<"photos"> = { bucket_name: "photos", description: "Pictures" };
export const taskFiles: BucketDef<"task-files"> = { bucket_name: "task-files", description: "Files" };
`;
const BARREL = `import * as buckets from "./storage_schema";\nexport { buckets };\n`;

/** Finds the uses in `src/app.ts`, or in several files; each as `kind:names@line`. */
function usesIn(code: string | Record<string, string>): string[] {
  const files: Record<string, string> = {
    "src/defs/storage_schema.ts": STORAGE,
    "src/defs/index.ts": BARREL,
    ...typeof code === "string" ? { "src/app.ts": code } : code,
  };
  const program: Program = {
    modules: new Map(),
    ts: { paths: [["~/*", ["/p/src/*"]]], baseUrl: null, raw: {}, warnings: [] },
    defs: "/p/src/defs",
  };
  for (const [file, text] of Object.entries(files)) {
    const parsed = parse(text, file);
    assert.ok("ast" in parsed, `${file}: ${"reason" in parsed ? parsed.reason : ""}`);
    program.modules.set(`/p/${file}`, readModule(file, `/p/${file}`, parsed.ast));
  }
  return findUses(program, "/p/src/defs/storage_schema.ts").map(
    ({ kind, names, exportName, line }) =>
      `${kind}:${names?.join("|") ?? (exportName === null ? "?" : `.${exportName}`)}@${line}`,
  );
}

/** What stands in a file -> what it uses. */
const KEYS: [name: string, code: string, uses: string[]][] = [
  ["a plain import", `import { vars } from "edgespark";\nvars.get("A");`, ["var:A@2"]],
  ["an alias", `import { secret as s } from "edgespark";\ns.get('K');`, ["secret:K@2"]],
  ["a namespace", `import * as es from "edgespark";\nes.vars.get("A");`, ["var:A@2"]],
  ["a computed member", `import * as es from "edgespark";\nes["vars"]["get"]("A");`, ["var:A@2"]],
  [
    "destructuring",
    `import { vars } from "edgespark";\nconst { get, get: other } = vars;\nget("A"); other("B");`,
    ["var:A@3", "var:B@3"],
  ],
  [
    "destructuring a namespace, nested",
    `import * as es from "edgespark";\nconst { vars: { get }, secret: s } = es;\nget("A"); s.get("B");`,
    ["var:A@3", "secret:B@3"],
  ],
  ["another name", `import { vars } from "edgespark";\nconst v = vars;\nv.get("A");`, ["var:A@3"]],
  ["a method by name", `import { vars } from "edgespark";\nconst g = vars.get;\ng("A");`, [
    "var:A@3",
  ]],
  [
    "a bound method",
    `import { vars } from "edgespark";\nconst g = vars.get.bind(vars);\ng("A");`,
    ["var:A@3"],
  ],
  [
    "a dynamic import",
    `const { vars: v } = await import("edgespark");\nv.get("A");`,
    ["var:A@2"],
  ],
  ["a dynamic import in place", `(await import("edgespark")).secret.get("K");`, ["secret:K@1"]],
  ["a promise kept", `const m = import("edgespark");\n(await m).vars.get("A");`, ["var:A@2"]],
  [
    "then",
    `import("edgespark").then(({ vars }) => vars.get("A"));\nimport("edgespark").then(m => m.vars.get("B"));`,
    ["var:A@1", "var:B@2"],
  ],
  ["optional calls", `import { vars } from "edgespark";\nvars?.get?.("A");`, ["var:A@2"]],
  [
    "casts",
    `import { vars } from "edgespark";\n(vars as any).get("A" as VarKey)!;\nvars!.get(<VarKey> "B");`,
    ["var:A@2", "var:B@3"],
  ],
  ["a template without holes", 'import { vars } from "edgespark";\nvars.get(`A`);', ["var:A@2"]],
  ["a template with holes", 'import { vars } from "edgespark";\nvars.get(`A_${n}`);', ["var:?@2"]],
  ["a constant", `import { vars } from "edgespark";\nconst K = "A";\nvars.get(K);`, ["var:A@3"]],
  [
    "members of a constant",
    `import { vars } from "edgespark";\nconst K = { url: "A", n: { b: "B" } } as const;\nvars.get(K.url); vars.get(K.n["b"]);`,
    ["var:A@3", "var:B@3"],
  ],
  [
    "one of two",
    `import { vars } from "edgespark";\nvars.get(dev ? "A" : "B");`,
    ["var:A|B@2"],
  ],
  [
    "each of a list",
    `import { vars } from "edgespark";\nfor (const k of ["A", "B"] as const) vars.get(k);\n["C"].map((k) => vars.get(k));`,
    ["var:A|B@2", "var:C@3"],
  ],
  [
    "a parameter with a union of texts",
    `import { vars } from "edgespark";\nconst f = (k: "A" | "B") => vars.get(k);`,
    ["var:A|B@2"],
  ],
  ["a computed key", `import { vars } from "edgespark";\nconst f = (k: VarKey) => vars.get(k);`, [
    "var:?@2",
  ]],
  ["no key", `import { vars } from "edgespark";\nvars.get();`, ["var:?@2"]],
  ["a comment", `import { vars } from "edgespark";\n// vars.get("A")\n/* vars.get("B") */`, []],
  ["a text", `import { vars } from "edgespark";\nconst s = 'vars.get("A")';`, []],
  ["another module", `import { vars } from "elsewhere";\nvars.get("A");`, []],
  ["another method", `import { vars } from "edgespark";\nvars.list("A");`, []],
  [
    "names that are shadowed",
    `import { vars } from "edgespark";
function f(vars: Map<string, string>) { vars.get("A"); }
{ const vars = new Map(); vars.get("B"); }
try {} catch (vars) { vars.get("C"); }
for (const vars of [new Map()]) vars.get("D");
const g = ({ vars }) => vars.get("E");
function h() { if (x) { var vars = new Map(); } return () => vars.get("F"); }
vars.get("G");`,
    ["var:G@8"],
  ],
  [
    "a name that means itself",
    `const vars = vars;\nvars.get("A");\nlet a = b; let b = a; a.get("B");`,
    [],
  ],
  [
    "classes and methods",
    `import { vars } from "edgespark";\nclass C { #k = vars.get("A"); static { vars.get("B"); } m() { return vars.get("C"); } }`,
    [
      "var:A@2",
      "var:B@2",
      "var:C@2",
    ],
  ],
];

for (const [name, code, uses] of KEYS) {
  Deno.test(`keys: ${name}`, () => assert.deepEqual(usesIn(code), uses));
}

const BUCKETS: [name: string, code: string, uses: string[]][] = [
  [
    "the barrel's namespace",
    `import { buckets } from "@defs";\nimport { storage } from "edgespark";\nstorage.from(buckets.photos);`,
    ["bucket:.photos@3"],
  ],
  [
    "the file itself",
    `import { taskFiles } from "./defs/storage_schema";\nimport { storage } from "edgespark";\nstorage.createS3Uri(taskFiles, "a");`,
    ["bucket:.taskFiles@3"],
  ],
  [
    "by paths of the tsconfig, and `.js` for `.ts`",
    `import * as b from "~/defs/storage_schema.js";\nimport { storage } from "edgespark";\nconst { photos } = b;\nstorage.from(photos);`,
    ["bucket:.photos@4"],
  ],
  [
    "an export that is not there",
    `import { buckets } from "@defs";\nimport { storage } from "edgespark";\nstorage.from(buckets.photo);`,
    ["bucket:.photo@3"],
  ],
  [
    "a literal",
    `import { storage } from "edgespark";\nconst b = { bucket_name: "other", description: "" };\nstorage.from(b).get("x");`,
    ["bucket:other@3"],
  ],
  [
    "URIs in texts",
    `import { storage } from "edgespark";\nstorage.parseS3Uri("s3://photos/a");\nstorage.tryParseS3Uri("s3://gone/a");\nstorage.tryParseS3Uri(text);\nconst elsewhere = "s3://not-ours/a";`,
    ["bucket:photos@2", "bucket:gone@3"],
  ],
  [
    "the bucket of a URI is whatever the URI says",
    `import { storage } from "edgespark";\nconst { bucket, path } = storage.parseS3Uri(uri);\nstorage.from(bucket).get(path);`,
    [],
  ],
  [
    "a parameter",
    `import { storage } from "edgespark";\nconst f = (b: BucketDef) => storage.from(b);`,
    [
      "bucket:?@2",
    ],
  ],
];

for (const [name, code, uses] of BUCKETS) {
  Deno.test(`buckets: ${name}`, () => assert.deepEqual(usesIn(code), uses));
}

Deno.test("names that other files hand on", () => {
  const uses = usesIn({
    "src/sdk.ts": `export { vars as settings, secret } from "edgespark";\nexport const KEY = "A";`,
    "src/more.ts": `export * from "./sdk";\nexport * as all from "./sdk";`,
    "src/app.ts":
      `import { all, KEY, settings } from "./more";\nsettings.get(KEY);\nall.secret.get("K");`,
  });
  assert.deepEqual(uses, ["var:A@2", "secret:K@3"]);
});

Deno.test("files that import each other in a circle end", () => {
  const uses = usesIn({
    "src/a.ts": `export { vars } from "./b";\nexport * from "./b";`,
    "src/b.ts": `export { vars } from "./a";\nexport * from "./a";`,
    "src/app.ts": `import { vars, other } from "./a";\nvars.get("A");\nother.get("B");`,
  });
  assert.deepEqual(uses, []);
});

Deno.test("TSX, decorators, enums and namespaces can be read", () => {
  const parsed = parse(
    `@sealed class A<T> { constructor(private readonly a: T) {} }\nenum E { A = "a" }\nnamespace N { export const x = 1; }\nconst C = () => <div>{vars.get("A")}</div>;\nexport = A;`,
    "a.tsx",
  );
  assert.ok("ast" in parsed);
});

Deno.test("a file that is no code says why and where", () => {
  const parsed = parse(`const a = 1;\nconst = ;\n`, "a.ts");
  assert.ok("reason" in parsed);
  assert.equal(parsed.line, 2);
  const deep = parse("[".repeat(100_000) + "]".repeat(100_000), "deep.ts");
  assert.deepEqual(deep, { reason: "it is nested too deeply", line: 1 });
});
