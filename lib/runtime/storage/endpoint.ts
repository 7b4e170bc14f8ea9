import { errorAnswer, withHeaders } from "../answers.ts";
import { download } from "./download.ts";
import { checkKey, type HttpMetadata, type ObjectStore } from "./object_store.ts";
import type { Grant, Presigner } from "./presign.ts";

/** What a browser's page of another origin may do: the URL's signature is the permission, cookies play no part. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "etag, content-length, content-range, content-disposition, last-modified",
};

/**
 * Answers a presigned request below STORAGE_PATH: GET (and HEAD) download, PUT uploads, OPTIONS is a
 * browser's question before those. The signature is the permission; sessions play no part.
 */
export async function storageAnswer(
  request: Request,
  presigner: Presigner,
  store: ObjectStore,
  applied: readonly string[],
): Promise<Response> {
  if (request.method === "OPTIONS") return preflight(request);
  const response = await answer(request, presigner, store, applied);
  return withHeaders(response, (headers) => {
    for (const [name, value] of Object.entries(CORS)) headers.set(name, value);
  });
}

async function answer(
  request: Request,
  presigner: Presigner,
  store: ObjectStore,
  applied: readonly string[],
): Promise<Response> {
  const { headers } = request;
  const url = new URL(request.url);
  // Who may download may ask for the head.
  const method = request.method === "HEAD" ? "GET" : request.method;
  const grant = await presigner.verify({ method, url, headers });
  if (!grant) return unsigned(url);
  if (grant.signed.getTime() + grant.seconds * 1000 <= Date.now()) {
    return errorAnswer(403, "URL_EXPIRED", "The URL has expired");
  }
  if (!applied.includes(grant.bucket)) {
    return errorAnswer(404, "NOT_FOUND", "There is no such bucket");
  }
  checkKey(grant.key);
  return grant.method === "PUT"
    ? await upload(request, grant, store)
    : download(request, await store.open(grant.bucket, grant.key));
}

function unsigned(url: URL): Response {
  const names = (url.searchParams.get("X-Amz-SignedHeaders") ?? "").split(";")
    .filter((name) => /^[a-z-]+$/.test(name) && name !== "host");
  const headers = names.length > 0
    ? ` and send ${names.join(", ")} exactly as they were signed`
    : "";
  return errorAnswer(
    403,
    "SIGNATURE_INVALID",
    `This request was not signed by this app; use the URL unchanged, with the method that it was made for${headers}`,
  );
}

function preflight(request: Request): Response {
  const asked = request.headers.get("access-control-request-headers");
  return new Response(null, {
    status: 204,
    headers: {
      ...CORS,
      "access-control-allow-methods": "GET, HEAD, PUT",
      ...(asked && { "access-control-allow-headers": asked }),
      "access-control-max-age": "3600",
      "vary": "access-control-request-headers",
    },
  });
}

async function upload(request: Request, grant: Grant, store: ObjectStore): Promise<Response> {
  const metadata: HttpMetadata = {
    contentType: request.headers.get("content-type") ?? undefined,
    contentDisposition: grant.headers["content-disposition"],
    contentEncoding: grant.headers["content-encoding"],
    cacheControl: grant.headers["cache-control"],
  };
  await store.put(grant.bucket, grant.key, request.body ?? new Uint8Array(), metadata);
  return new Response(null, { status: 200 });
}
