/**
 * Runs a project's own Vite for `dev` (asset `vite_host.js`), under Node or Deno: on a free port of
 * loopback, which the first line of stdout tells. It ends when its stdin does, so that it never outlives
 * `dev`, however that ends.
 *
 * Argument: the folder of the web part.
 */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";

/** What is used of Vite, in every version since 3. */
interface Vite {
  createServer(options: object): Promise<{
    listen(): Promise<unknown>;
    httpServer: { address(): { port: number } | null };
  }>;
}

process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();

const root = process.argv[2]!;
const require = createRequire(join(root, "package.json"));
const folder = dirname(require.resolve("vite/package.json"));
const vite: Vite = await import(pathToFileURL(join(folder, "dist", "node", "index.js")).href);
const server = await vite.createServer({
  root,
  clearScreen: false,
  server: { host: "127.0.0.1", port: 0, strictPort: false, open: false },
});
await server.listen();
process.stdout.write(`${JSON.stringify({ port: server.httpServer.address()?.port })}\n`);
