import assert from "node:assert/strict";
import { findCollision, pathProblem } from "../../../lib/archive/entry_path.ts";

Deno.test("pathProblem: what may be written", () => {
  for (
    const path of [
      "a",
      "a/b.ts",
      ".gitignore",
      "web/src/pages/[id].tsx",
      "a b/c+d@e,f(g)'h!.md",
      "\u00e9t\u00e9/\u65e5\u672c.ts",
      "console.ts",
      "com10",
      "..a/b..c",
      "x".repeat(255),
    ]
  ) {
    assert.equal(pathProblem(path), null, path);
  }
});

const REFUSED: [path: string, why: RegExp][] = [
  ["", /empty/],
  ["/etc/passwd", /absolute/],
  ["//host/share", /absolute/],
  ["C:/x", /absolute/],
  ["c:x", /absolute/],
  ["..", /out of/],
  ["../x", /out of/],
  ["a/../../x", /out of/],
  ["a/..", /out of/],
  ["a//b", /empty part/],
  ["a/./b", /empty part/],
  ["a\\..\\..\\x", /character/],
  ["\\\\host\\share", /character/],
  ["ab:stream", /character/],
  ["a\u0000b", /character/],
  ["a\nb", /character/],
  ["a\u001b[31m", /character/],
  ["what?", /character/],
  ["NUL", /device/],
  ["a/con.txt", /device/],
  ["Com1", /device/],
  ["lpt9.tar.gz", /device/],
  ["CONIN$", /device/],
  ["com\u00b9", /device/],
  ["trailing.", /dot or a blank/],
  ["trailing /x", /dot or a blank/],
  ["...", /dot or a blank/],
  ["\u202egnp.exe", /invisible/],
  [".g\u200cit/config", /invisible/],
  ["a\ufffd", /UTF-8/],
  ["x".repeat(256), /too long/],
  ["a/".repeat(600) + "b", /too long/],
];
for (const [path, why] of REFUSED) {
  Deno.test(`pathProblem: refuses ${JSON.stringify(path.slice(0, 30))}`, () => {
    assert.match(pathProblem(path) ?? "nothing", why);
  });
}

Deno.test("findCollision: one name in two spellings, and a file where a folder must be", () => {
  const collide: string[][] = [
    ["a", "a"],
    ["README.md", "readme.md"],
    ["caf\u00e9.ts", "cafe\u0301.ts"],
    ["\ufb01le", "file"],
    ["src/a.ts", "Src/b.ts"],
    ["a", "a/b"],
    ["a/b", "a"],
    ["a/b", "A"],
    ["x/A/y", "x/a/y"],
  ];
  for (const paths of collide) assert.ok(findCollision(paths), paths.join(" "));
  const fine = ["a", "b", "ab/c", "ab/d", "abc", "src/a.ts", "src/b/a.ts"];
  assert.equal(findCollision(fine), null);
});
