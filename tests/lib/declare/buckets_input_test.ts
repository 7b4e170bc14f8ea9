import assert from "node:assert/strict";
import { type Said, say } from "../../support/say.ts";

/** What `storage apply --dry-run --json` says to a `storage_schema.ts`; null: there is none. */
async function dryRun(content: string | Uint8Array | null | "folder"): Promise<Said> {
  const root = await Deno.makeTempDir();
  const cwd = `${root}/app`;
  const file = `${cwd}/server/src/defs/storage_schema.ts`;
  try {
    await Deno.mkdir(`${cwd}/server/src/defs`, { recursive: true });
    await Deno.writeTextFile(`${cwd}/edgespark.toml`, "");
    if (content === "folder") await Deno.mkdir(file);
    else if (typeof content === "string") await Deno.writeTextFile(file, content);
    else if (content) await Deno.writeFile(file, content);
    const said = await say("storage apply --dry-run --json", { cwd });
    assert.equal(await Deno.stat(`${cwd}/.edgespark`).then(() => true, () => false), false);
    return said;
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

const bucket = (name: unknown, description: unknown = "Files", more = "") =>
  `{ bucket_name: ${JSON.stringify(name)}, description: ${JSON.stringify(description)}${more} }`;
const TYPE = 'import type { BucketDef } from "@sdk/server-types";\n';

const ACCEPTED: [string, string | Uint8Array | null, string[]][] = [
  ["no file", null, []],
  ["an empty file", "", []],
  ["an empty module", "export {};\n", []],
  [
    "commented examples",
    `${TYPE}// export const a = ${bucket("aaa")};\n/* ${bucket("bbb")} */\n`,
    [],
  ],
  ["an example in a text", `export const help = 'export const a = ${bucket("aaa")}';\n`, []],
  ["another name for the export", `export const covers = ${bucket("task-covers")};\n`, [
    "task-covers",
  ]],
  [
    "Windows line ends and a byte order mark",
    `\uFEFF${TYPE}export const a: BucketDef<"aaa"> =\r\n  ${bucket("aaa")};\r\n`,
    ["aaa"],
  ],
  ["a key more", `export const a = ${bucket("aaa", "Files", ", region: 1")};\n`, ["aaa"]],
  ["what is no bucket", `export const MAX = 5;\nexport const a = ${bucket("aaa")};\n`, ["aaa"]],
  ["a frozen bucket", `export const a = Object.freeze(${bucket("aaa")});\n`, ["aaa"]],
  [
    "a name that is computed",
    "export const a = { bucket_name: ['a', 'bc'].join('-'), description: 'x' };\n",
    [
      "a-bc",
    ],
  ],
];

for (const [what, content, names] of ACCEPTED) {
  Deno.test(`storage apply takes ${what}`, async () => {
    const said = await dryRun(content);
    assert.equal(said.code, 0, said.err);
    assert.deepEqual(said.json.plan.map(({ name }: { name: string }) => name), names);
  });
}

const LONG = `export const a = ${bucket("aaa", "x".repeat(1025))};\n`;

const REFUSED: [string, string | Uint8Array, number, string, RegExp][] = [
  ["a short name", `export const a = ${bucket("ab")};\n`, 7, "BUCKET_INVALID", /"ab" of `a`/],
  [
    "a long name",
    `export const a = ${bucket("a".repeat(64))};\n`,
    7,
    "BUCKET_INVALID",
    /not valid/,
  ],
  ["capitals", `export const a = ${bucket("Files")};\n`, 7, "BUCKET_INVALID", /"Files"/],
  [
    "a path as a name",
    `export const a = ${bucket("../../x")};\n`,
    7,
    "BUCKET_INVALID",
    /not valid/,
  ],
  [
    "a name with a line in it",
    `export const a = ${bucket("abc\n")};\n`,
    7,
    "BUCKET_INVALID",
    /"abc\\n"/,
  ],
  ["no name", `export const a = ${bucket("")};\n`, 7, "BUCKET_INVALID", /""/],
  ["no description", `export const a = ${bucket("aaa", "")};\n`, 7, "BUCKET_INVALID", /is empty/],
  [
    "a blank description",
    `export const a = ${bucket("aaa", " ")};\n`,
    7,
    "BUCKET_INVALID",
    /is empty/,
  ],
  ["a long description", LONG, 7, "BUCKET_INVALID", /1025 characters long/],
  [
    "a name twice",
    `export const a = ${bucket("aaa")};\nexport const b = ${bucket("aaa")};\n`,
    7,
    "BUCKET_INVALID",
    /`b`.*again, as `a` does/,
  ],
  [
    "a number as a name",
    `export const a = ${bucket(5)};\n`,
    7,
    "BUCKET_INVALID",
    /`bucket_name`.*not text/,
  ],
  [
    "a list as a description",
    `export const a = ${bucket("aaa", [])};\n`,
    7,
    "BUCKET_INVALID",
    /`description`.*not text/,
  ],
  ["what does not parse", "export const a = {;\n", 1, "SYNTAX_ERROR", /storage_schema/],
  ["what throws", "throw new Error('no');\n", 1, "BUCKETS_THREW", /storage_schema|no/],
  [
    "bytes that are no UTF-8",
    new Uint8Array([0x2f, 0x2f, 0xff, 0xfe, 0x0a]),
    7,
    "NOT_UTF8",
    /UTF-8/,
  ],
];

for (const [what, content, code, name, message] of REFUSED) {
  Deno.test(`storage apply refuses ${what}`, async () => {
    const said = await dryRun(content);
    assert.deepEqual([said.code, said.json?.error?.code], [code, name], said.err + said.out);
    assert.match(said.json.error.message, message);
  });
}

Deno.test("storage apply refuses a file that cannot be read", async () => {
  const said = await dryRun("folder");
  assert.deepEqual([said.code, said.json.error.code], [1, "FILE_UNREADABLE"]);
});
