import { errorAnswer } from "../answers.ts";
import type { HttpMetadata, ObjectStore, OpenObject } from "./object_store.ts";
import { type Grant, metadataHeaders, type Presigner } from "./presign.ts";

/** Types that a browser would run as a page of the app's own origin. */
const ACTIVE_TYPES = /html|xml|svg|javascript/i;

/**
 * Answers a presigned request below STORAGE_PATH: GET (and HEAD) download, PUT uploads. The signature
 * is the permission; sessions play no part.
 */
export async function storageAnswer(
  request: Request,
  presigner: Presigner,
  store: ObjectStore,
  applied: readonly string[],
): Promise<Response> {
  const grant = await presigner.verify(new URL(request.url));
  if (!grant) return errorAnswer(403, "SIGNATURE_INVALID", "The URL was not signed by this app");
  const wanted = request.method === "HEAD" ? "GET" : request.method;
  if (wanted !== grant.method) {
    return errorAnswer(405, "METHOD_NOT_ALLOWED", `The URL was signed for ${grant.method}`);
  }
  if (grant.expires * 1000 <= Date.now()) {
    return errorAnswer(403, "URL_EXPIRED", "The URL has expired");
  }
  if (!applied.includes(grant.bucket)) {
    return errorAnswer(404, "NOT_FOUND", "There is no such bucket");
  }
  return grant.method === "PUT"
    ? await upload(request, grant, store)
    : await download(request, grant, store);
}

async function upload(request: Request, grant: Grant, store: ObjectStore): Promise<Response> {
  for (const [name, value] of Object.entries(grant.headers)) {
    if (request.headers.get(name) !== value) {
      return errorAnswer(403, "HEADER_MISMATCH", `The header ${name} must be exactly "${value}"`);
    }
  }
  const metadata: HttpMetadata = {
    contentType: request.headers.get("content-type") ?? undefined,
    contentDisposition: grant.headers["content-disposition"],
    contentEncoding: grant.headers["content-encoding"],
    cacheControl: grant.headers["cache-control"],
  };
  await store.put(grant.bucket, grant.key, request.body ?? new Uint8Array(), metadata);
  return new Response(null, { status: 200 });
}

async function download(request: Request, grant: Grant, store: ObjectStore): Promise<Response> {
  const object = await store.open(grant.bucket, grant.key);
  if (!object) return errorAnswer(404, "NOT_FOUND", "There is no such object");
  const headers = new Headers({
    "content-type": "application/octet-stream",
    "cache-control": "private, max-age=0, must-revalidate",
    ...metadataHeaders(object.metadata),
    "content-length": String(object.size),
    "last-modified": object.uploadedAt.toUTCString(),
    "x-content-type-options": "nosniff",
  });
  // Uploads of strangers must not run with the rights of the app's own pages.
  if (ACTIVE_TYPES.test(headers.get("content-type") ?? "")) {
    headers.set("content-security-policy", "sandbox");
  }
  return new Response(bodyOf(request, object), { headers });
}

function bodyOf(request: Request, object: OpenObject): ReadableStream | null {
  if (request.method !== "HEAD") return object.stream();
  object.cancel();
  return null;
}
