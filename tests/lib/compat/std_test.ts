import assert from "node:assert/strict";
import { parseArgs } from "@std/cli/parse-args";
import * as path from "@std/path";
import * as posix from "@std/path/posix";
import { parse, stringify } from "@std/yaml";

const paths: [string, unknown, unknown][] = [
  ["join", posix.join("a", "..", "b", "c.ts"), "b/c.ts"],
  ["dirname", posix.dirname("/a/b.ts"), "/a"],
  ["basename", posix.basename("/a/b.ts", ".ts"), "b"],
  ["extname", posix.extname("/a/b.d.ts"), ".ts"],
  ["relative", posix.relative("/a/b", "/a/c"), "../c"],
  ["resolve", posix.resolve("/a", "b", "../c"), "/a/c"],
  ["isAbsolute", [posix.isAbsolute("/a"), posix.isAbsolute("a")], [true, false]],
  ["normalize", posix.normalize("a//b/../c"), "a/c"],
  ["fromFileUrl", posix.fromFileUrl("file:///a%20b"), "/a b"],
  ["toFileUrl", posix.toFileUrl("/a b").href, "file:///a%20b"],
  ["SEPARATOR", posix.SEPARATOR, "/"],
];

for (const [name, actual, expected] of paths) {
  Deno.test(`@std/path/posix has ${name}`, () => assert.deepEqual(actual, expected));
}

Deno.test("@std/path has the same functions, for the current system", () => {
  const file = path.resolve("a", "b.ts");
  assert.equal(path.fromFileUrl(path.toFileUrl(file)), file);
  assert.equal(path.join(path.dirname(file), path.basename(file)), file);
  assert.equal(path.join("a", path.normalize("b"), "c"), ["a", "b", "c"].join(path.SEPARATOR));
  assert.ok(path.isAbsolute(file));
  assert.equal(path.relative(path.dirname(file), file), "b.ts");
  assert.equal(path.extname(file), ".ts");
});

Deno.test("@std/yaml reads and writes", () => {
  const value = { name: "x", list: [1, true, null], nested: { text: "a: b" } };
  assert.deepEqual(parse(stringify(value)), value);
  assert.equal(stringify({ a: 1 }), "a: 1\n");
  assert.throws(() => parse("a: [1"), SyntaxError);
});

Deno.test("@std/cli/parse-args reads", () => {
  const args = parseArgs(["x", "--json", "--name", "1", "--tag", "a", "--tag=b"], {
    boolean: ["json", "long"],
    string: ["name", "tag"],
    collect: ["tag"],
    default: { port: 80 },
  });
  const json: boolean = args.json;
  const name: string | undefined = args.name;
  const tag: string[] = args.tag;
  assert.deepEqual([json, args.long, name, tag, args.port], [true, false, "1", ["a", "b"], 80]);
  assert.deepEqual(args._, ["x"]);
});

Deno.test("the types of the stand-ins say no", () => {
  // @ts-expect-error: a path is a string
  const number: number = path.join("a");
  // @ts-expect-error: a document is unknown
  const document: string = parse("a");
  assert.deepEqual([number, document], ["a", "a"]);
});
