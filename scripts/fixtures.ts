/**
 * Installs the npm packages that tests, demo and bench work with (never what the program itself runs
 * on) into ignored folders, once. Needs npm and its registry.
 */
import { join } from "@std/path";
import { ROOT } from "./esbuild_options.ts";

/** For tests: what users' projects are made of, and the tools that ours is held against. */
const FIXTURES = {
  "@edgespark/client": "1.0.4",
  "@types/node": "22.19.1",
  "@types/react": "19.3.0",
  "@types/react-dom": "19.3.0",
  "@vitejs/plugin-react": "6.3.0",
  "better-auth": "1.6.34",
  "drizzle-kit": "0.31.11",
  "drizzle-orm": "0.45.4",
  "hono": "4.13.19",
  "react": "19.3.1",
  "react-dom": "19.3.1",
  "typescript": "5.9.3",
  "typescript7": "npm:typescript@7.0.2",
  "vite": "8.3.8",
};

/** For tests: the next drizzle-kit, whose history is of another format; it needs a drizzle-orm of its own. */
const DRIZZLE_1 = {
  "drizzle-kit": "1.0.0-rc.5",
  "drizzle-orm": "1.0.0-rc.5",
};

/** For tests in a real browser: what drives it, and what judges a page's accessibility. */
const BROWSER = {
  "axe-core": "4.10.3",
  "playwright-core": "1.64.1",
};

/** For the bench: the peers. */
const PEERS = {
  "drizzle-kit": "0.31.11",
  "drizzle-orm": "0.45.4",
  "wrangler": "4.164.0",
  "deno": "2.9.6",
};

/** Installs the test fixtures; returns their folder. */
export async function installFixtures(): Promise<string> {
  await install(join(ROOT, ".tmp", "drizzle-1"), DRIZZLE_1);
  return await install(join(ROOT, ".tmp", "fixtures"), FIXTURES);
}

/** Installs what drives a browser; returns its folder. */
export function installBrowserDriver(): Promise<string> {
  return install(join(ROOT, ".tmp", "browser"), BROWSER);
}

/** Installs the peers; returns their folder. */
export function installPeers(): Promise<string> {
  return install(join(ROOT, ".peers"), PEERS);
}

async function install(folder: string, packages: Record<string, string>): Promise<string> {
  const manifest =
    JSON.stringify({ private: true, type: "module", dependencies: packages }, null, 2) + "\n";
  const marker = join(folder, "installed.json");
  if (await Deno.readTextFile(marker).catch(() => "") === manifest) return folder;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(join(folder, "package.json"), manifest);
  console.error(`Installing ${Object.keys(packages).join(", ")}`);
  const { code } = await new Deno.Command("npm", {
    args: [
      "install",
      "--no-audit",
      "--no-fund",
      "--ignore-scripts",
      "--no-package-lock",
      "--loglevel=error",
    ],
    cwd: folder,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (code !== 0) throw new Error(`npm install failed in ${folder} with exit code ${code}`);
  await Deno.writeTextFile(marker, manifest);
  return folder;
}

if (import.meta.main) await installFixtures();
