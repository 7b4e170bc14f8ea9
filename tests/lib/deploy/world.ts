import { dirname, join } from "@std/path";
import { say } from "../../support/say.ts";

/** A server-only project in a temp folder, without packages: the program's own copies serve. */
export interface DeployWorld {
  root: string;
  say(line: string | string[]): ReturnType<typeof say>;
  write(path: string, text: string): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const FILES: Record<string, string> = {
  "edgespark.toml": 'project_id = "test"\n',
  "server/package.json": '{ "name": "server", "private": true, "type": "module" }\n',
  "server/src/defs/index.ts": 'export type { SecretKey, VarKey } from "./runtime";\n',
  "server/src/defs/runtime.ts": "export type VarKey = never;\nexport type SecretKey = never;\n",
  "server/src/index.ts": `import { Hono } from "hono";
import { vars } from "edgespark";
const app = new Hono()
  .get("/api/me", (c) => c.text("me"))
  .get("/api/public/greeting", (c) => c.text(String(vars.get("GREETING" as never))))
  .post("/api/webhooks/pay", (c) => c.body(null, 204));
export default app;
`,
};

export async function newDeployWorld(files: Record<string, string> = {}): Promise<DeployWorld> {
  const folder = await Deno.makeTempDir({ prefix: "edgespark-deploy-" });
  const root = join(folder, "project");
  const write = async (path: string, text: string) => {
    await Deno.mkdir(dirname(join(root, path)), { recursive: true });
    await Deno.writeTextFile(join(root, path), text);
  };
  for (const [path, text] of Object.entries({ ...FILES, ...files })) await write(path, text);
  const world = { root, write, say: (line: string | string[]) => say(line, { cwd: root }) };
  await world.say("pull");
  return {
    ...world,
    async [Symbol.asyncDispose]() {
      await world.say("stop");
      await Deno.remove(folder, { recursive: true });
    },
  };
}
