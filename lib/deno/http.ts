import type { Http } from "../ports/http.ts";

/** The real network. */
export function denoHttp(): Http {
  return {
    async get(url, { headers, signal }) {
      const answer = await fetch(url, { redirect: "manual", headers, signal });
      return { status: answer.status, headers: answer.headers, body: answer.body };
    },
  };
}
