import { join } from "@std/path";
import { errorAnswer } from "../../../runtime/answers.ts";
import { contentTypeOf } from "../../../content_types.ts";
import { newSha256 } from "./sha256.ts";

/** Files up to this size get their hash as ETag; the others, whose hash would take long, their size and time. */
const HASHED_BYTES = 4 * 1024 * 1024;

interface Asset {
  file: string;
  etag: string | null;
}

/**
 * Serves the web build of a deployment. Its files are listed once: whatever a path looks like, only
 * what was found then is ever read, and links are not followed.
 *
 * @param spaFallback whether a path that is no file gets `index.html` (contract section 1).
 */
export async function createAssets(
  folder: string,
  spaFallback: boolean,
): Promise<(request: Request, pathname: string) => Promise<Response>> {
  const assets = new Map<string, Asset>();
  await collect(folder, "", assets);
  const find = (path: string): [string, Asset] | null => {
    for (
      const name of [
        path,
        path.endsWith("/") ? `${path}index.html` : `${path}/index.html`,
        `${path}.html`,
      ]
    ) {
      const asset = assets.get(name);
      if (asset) return [name, asset];
    }
    const index = spaFallback && !isFilePath(path) ? assets.get("/index.html") : undefined;
    return index ? ["/index.html", index] : null;
  };
  return async (request, pathname) => {
    const found = find(decoded(pathname));
    if (!found) return errorAnswer(404, "NOT_FOUND", "There is nothing at this path");
    if (request.method !== "GET" && request.method !== "HEAD") {
      return errorAnswer(405, "METHOD_NOT_ALLOWED", "Files can only be read");
    }
    return await answer(request, ...found);
  };
}

async function answer(request: Request, name: string, asset: Asset): Promise<Response> {
  const file = await Deno.open(asset.file, { read: true });
  let handedOver = false;
  try {
    const { size, mtime } = await file.stat();
    asset.etag ??= size <= HASHED_BYTES
      ? hash(await Deno.readFile(asset.file))
      : `"${size.toString(16)}-${(mtime?.getTime() ?? 0).toString(16)}"`;
    const headers = new Headers({
      "content-type": contentTypeOf(name),
      "cache-control": "public, max-age=0, must-revalidate",
      "etag": asset.etag,
      "x-content-type-options": "nosniff",
    });
    if (isKnown(request.headers.get("if-none-match"), asset.etag)) {
      return new Response(null, { status: 304, headers });
    }
    headers.set("content-length", String(size));
    if (request.method === "HEAD") return new Response(null, { headers });
    handedOver = true;
    return new Response(file.readable, { headers });
  } finally {
    if (!handedOver) file.close();
  }
}

async function collect(folder: string, path: string, assets: Map<string, Asset>): Promise<void> {
  for await (const entry of Deno.readDir(join(folder, path))) {
    const name = `${path}/${entry.name}`;
    if (entry.isDirectory) await collect(folder, name, assets);
    if (entry.isFile) assets.set(name, { file: join(folder, name), etag: null });
  }
}

function isKnown(header: string | null, etag: string): boolean {
  if (header === null) return false;
  return header.split(",").some((part) => [etag, "*"].includes(part.trim().replace(/^W\//, "")));
}

/** A path whose last part has an extension asks for a file, not for a page. */
function isFilePath(path: string): boolean {
  return /\.[^./]+$/.test(path);
}

function hash(bytes: Uint8Array): string {
  return `"${newSha256().update(bytes).digest("hex").slice(0, 32)}"`;
}

function decoded(pathname: string): string {
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
