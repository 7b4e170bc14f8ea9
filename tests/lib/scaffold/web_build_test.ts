import assert from "node:assert/strict";
import { dirname, join } from "@std/path";
import { scaffoldFiles } from "../../../lib/scaffold/scaffold.ts";
import { fixtureModules } from "../../support/fixtures.ts";
import { templateAssets } from "./template_assets.ts";

const modules = join(fixtureModules(), "node_modules");

async function node(cwd: string, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await new Deno.Command("node", { args, cwd }).output();
  const text = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  assert.equal(code, 0, `node ${args.join(" ")}\n${text}`);
}

Deno.test("the scaffold's web app type-checks with TypeScript 5.9 and 7, and builds", async () => {
  const root = await Deno.makeTempDir();
  try {
    const files = await scaffoldFiles(templateAssets(), {
      name: "app",
      agent: "codex",
      projectId: "id",
    });
    for (const { path, content } of files) {
      if (!path.startsWith("web/")) continue;
      await Deno.mkdir(dirname(join(root, path)), { recursive: true });
      await Deno.writeTextFile(join(root, path), content as string);
    }
    const web = join(root, "web");
    await Deno.symlink(modules, join(web, "node_modules"), { type: "dir" });
    await node(web, join(modules, "typescript", "lib", "tsc.js"), "--noEmit");
    await node(web, join(modules, "typescript7", "bin", "tsc"), "--noEmit");
    await node(web, join(modules, "vite", "bin", "vite.js"), "build");
    const page = await Deno.readTextFile(join(web, "dist", "index.html"));
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1];
    assert.ok(script, page);
    assert.match(await Deno.readTextFile(join(web, "dist", script)), /\/api\/public\/hello/);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});
