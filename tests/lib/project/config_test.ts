import assert from "node:assert/strict";
import { Failure } from "../../../lib/failure.ts";
import { parseConfig } from "../../../lib/project/config.ts";

const FULL = `project_id = "p1"
[server]
path = "server"
[web]
path = "web"
output_path = "web/dist"
[db]
migration_branch = "trunk"
[platform]
provider = "local"
[runtime]
allow_net = ["api.stripe.com"]
allow_origins = ["https://app.example", "http://localhost:3000"]
memory_mb = 256
`;

Deno.test("a full file", () => {
  assert.deepEqual(parseConfig(FULL, "edgespark.toml"), {
    projectId: "p1",
    serverPath: "server",
    web: { path: "web", outputPath: "web/dist" },
    migrationBranch: "trunk",
    provider: "local",
    allowNet: ["api.stripe.com"],
    allowOrigins: ["https://app.example", "http://localhost:3000"],
    memoryMb: 256,
  });
});

Deno.test("an empty file gets the defaults; CRLF and comments are fine", () => {
  const defaults = {
    projectId: null,
    serverPath: "server",
    web: null,
    migrationBranch: null,
    provider: "local",
    allowNet: null,
    allowOrigins: [],
    memoryMb: null,
  };
  assert.deepEqual(parseConfig("", "edgespark.toml"), defaults);
  assert.deepEqual(parseConfig("# nothing\r\n\r\n", "edgespark.toml"), defaults);
});

Deno.test("the web part may be the project root", () => {
  assert.deepEqual(parseConfig('[web]\npath = "."\noutput_path = "dist"\n', "edgespark.toml").web, {
    path: ".",
    outputPath: "dist",
  });
});

const BAD: [name: string, text: string, code: string, details?: Record<string, unknown>][] = [
  ["broken toml", 'project_id = "a\n', "CONFIG_INVALID", { line: 1 }],
  ["unknown key at the top", 'projectid = "a"\n', "CONFIG_KEY_UNKNOWN", { line: 1, column: 1 }],
  ["unknown key in a table", '[server]\npth = "server"\n', "CONFIG_KEY_UNKNOWN", {
    line: 2,
    column: 1,
  }],
  ["a number for a path", "[server]\npath = 3\n", "CONFIG_TYPE"],
  ["a string for a table", 'server = "x"\n', "CONFIG_TYPE"],
  ["a provider that is none", '[platform]\nprovider = "aws"\n', "CONFIG_TYPE", { line: 2 }],
  ["a path out of the project", '[server]\npath = "../other"\n', "CONFIG_PATH"],
  ["an absolute path", '[web]\npath = "/etc"\n', "CONFIG_PATH"],
  ["a windows path out", '[web]\npath = "..\\\\x"\n', "CONFIG_PATH"],
  ["a windows drive", '[web]\npath = "C:\\\\x"\n', "CONFIG_PATH"],
  ["the legacy layout", '[app.server]\npath = "server"\n', "LEGACY_LAYOUT"],
];
for (const [name, text, code, details] of BAD) {
  Deno.test(`refused with exit 7: ${name}`, () => {
    assert.throws(() => parseConfig(text, "edgespark.toml"), (error: unknown) => {
      assert.ok(error instanceof Failure);
      assert.deepEqual([error.kind, error.code], ["config", code]);
      for (const [key, value] of Object.entries(details ?? {})) {
        assert.equal(error.details?.[key], value, key);
      }
      return true;
    });
  });
}

Deno.test("an origin is whole: no path, no pattern, no other scheme", () => {
  for (
    const value of ["https://app.example/", "*", "https://*.example", "app.example", "ftp://a"]
  ) {
    const text = `[runtime]\nallow_origins = [${JSON.stringify(value)}]`;
    assert.throws(() => parseConfig(text, "edgespark.toml"), { code: "CONFIG_TYPE" }, value);
  }
});
