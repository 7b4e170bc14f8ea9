import { errorAnswer } from "../answers.ts";
import { judgeConditions, rangeOf } from "./conditions.ts";
import type { OpenObject } from "./object_store.ts";
import { metadataHeaders } from "./presign.ts";

/** Types that a browser would run as a page of the app's own origin. */
const ACTIVE_TYPES = /html|xml|svg|javascript/i;

/** Answers a GET or HEAD with an object, by its conditions and the range that was asked for. */
export function download(request: Request, object: OpenObject | null): Response {
  if (!object) return errorAnswer(404, "NOT_FOUND", "There is no such object");
  const { etag, uploadedAt: modified, size } = object;
  const answer = (status: number, headers: Headers) => {
    object.cancel();
    return new Response(null, { status, headers });
  };
  const headers = headersOf(object);
  const verdict = judgeConditions(request.headers, { etag, modified });
  if (verdict === "failed") return answer(412, headers);
  if (verdict === "not-modified") return answer(304, headers);
  const range = rangeOf(request.headers, size, { etag, modified });
  if (range === "unsatisfiable") {
    headers.set("content-range", `bytes */${size}`);
    return answer(416, headers);
  }
  headers.set("content-length", String(range ? range.end - range.start : size));
  if (range) headers.set("content-range", `bytes ${range.start}-${range.end - 1}/${size}`);
  const status = range ? 206 : 200;
  if (request.method === "HEAD") return answer(status, headers);
  return new Response(object.stream(range ?? undefined), { status, headers });
}

function headersOf(object: OpenObject): Headers {
  const headers = new Headers({
    "content-type": "application/octet-stream",
    "cache-control": "private, max-age=0, must-revalidate",
    ...metadataHeaders(object.metadata),
    "etag": `"${object.etag}"`,
    "accept-ranges": "bytes",
    "last-modified": object.uploadedAt.toUTCString(),
    "x-content-type-options": "nosniff",
  });
  // Uploads of strangers must not run with the rights of the app's own pages.
  if (ACTIVE_TYPES.test(headers.get("content-type") ?? "")) {
    headers.set("content-security-policy", "sandbox");
  }
  return headers;
}
