import assert from "node:assert/strict";
import { Sources } from "../../../../../lib/platform/local/dev/sources.ts";
import { Watch } from "../../../../../lib/platform/local/dev/watch.ts";
import { problemPage } from "../../../../../lib/platform/local/dev/pages.ts";
import { openProject } from "../../../../../lib/project/project.ts";
import { testSystem } from "../../../../support/system.ts";

const DEFS = ["code", "schema", "buckets", "values"];
const ALL = ["code", "schema", "buckets"];
const TABLE: [path: string, parts: string[]][] = [
  ["server/src/index.ts", ["code"]],
  ["server/src/deep/down/part.tsx", ["code"]],
  ["server/src/defs/db_schema.ts", DEFS],
  ["server/src/defs/tables/posts.ts", DEFS],
  ["server/src/defs/runtime.ts", ["code", "values"]],
  ["server/src/shared/tables.ts", DEFS],
  ["packages/shared/words.ts", ["code"]],
  ["packages/other/words.ts", []],
  ["server/dev/seed.ts", ["seed"]],
  ["server/tsconfig.json", ALL],
  ["server/package.json", ALL],
  ["server/.env.local", ["values"]],
  [".env.local", ["values"]],
  ["web/.env.local", []],
  ["configs/auth-config.yaml", ["auth"]],
  ["configs/other.yaml", []],
  ["edgespark.toml", ["config"]],
  ["web/src/App.tsx", []],
  [".edgespark/dev/data.sqlite", []],
  ["server/src/index.ts~", []],
  ["server/src/.index.ts.swp", []],
  ["server/src/.#index.ts", []],
  ["server/src/4913", []],
  ["server/src/index.ts.tmp", []],
];

Deno.test("a change asks for what it feeds, and files of editors for nothing", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${root}/edgespark.toml`, "");
    const sources = new Sources(await openProject(testSystem({ cwd: root }), root));
    sources.schema = new Set(["server/src/shared/tables.ts"]);
    sources.others = new Set(["packages/shared/words.ts", "server/src/index.ts"]);
    for (const [path, parts] of TABLE) {
      assert.deepEqual([path, sources.partsOf(`${root}/${path}`)], [path, parts]);
    }
    assert.ok(sources.folders().flat.includes(`${root}/packages/shared`));
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("a save by renaming is heard with the file's name, and a folder that comes back is watched again", async () => {
  const root = await Deno.realPath(await Deno.makeTempDir());
  const heard: string[] = [];
  let wake = Promise.withResolvers<void>();
  const watch = new Watch((paths) => {
    heard.push(...paths);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  const until = async (path: string) => {
    while (!heard.includes(path)) await wake.promise;
  };
  const folder = `${root}/src`;
  const places = { deep: [folder], flat: [root] };
  try {
    assert.deepEqual(watch.follow(places), []);
    await Deno.mkdir(`${folder}/deep`, { recursive: true });
    await until(folder);
    assert.deepEqual(watch.follow(places), [folder]);
    assert.deepEqual(watch.follow(places), []);
    await Deno.writeTextFile(`${folder}/deep/a.new`, "1");
    await Deno.rename(`${folder}/deep/a.new`, `${folder}/deep/a.ts`);
    await until(`${folder}/deep/a.ts`);
    heard.length = 0;
    await Deno.remove(folder, { recursive: true });
    await until(folder);
    await Deno.mkdir(folder);
    for (let fresh: string[] = []; fresh.length === 0;) {
      fresh = watch.follow(places);
      if (fresh.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await Deno.writeTextFile(`${folder}/b.ts`, "1");
    await until(`${folder}/b.ts`);
  } finally {
    watch.close();
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("words of the project are text on the page, never markup", () => {
  const bad = '<img src=x onerror="alert(1)">&';
  const page = problemPage([
    { code: bad, message: bad, file: bad, line: 1, hint: bad, stack: bad },
  ]);
  assert.equal(page.includes("<img"), false);
  assert.match(page, /&#60;img src=x onerror=&#34;alert\(1\)&#34;&#62;&#38;/);
});
