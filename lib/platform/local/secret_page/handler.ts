import { timingSafeEqual } from "node:crypto";
import { Failure } from "../../../failure.ts";
import { type PageContent, renderPage } from "./page.ts";
import { readForm } from "./read_form.ts";

/** What a page is there for. */
export interface PageJob {
  /** How the page names the project. */
  project: string;
  keys: string[];
  /** ms; the page takes nothing from then on. */
  expiresAt: number;
}

/** The page's own view of the world. */
export interface PageContext {
  /** 256 bits, base64url; the path of the page ends with it. */
  token: string;
  /** Where the page is, such as "http://127.0.0.1:40123": the only Host and Origin it answers. */
  origin: string;
  now(): number;
  /** Seals and stores all values, or throws. */
  store(values: Record<string, string>): Promise<void>;
}

/** Answers the browser; `used()` turns true once the values are stored. */
export function secretPageHandler(job: PageJob, page: PageContext): {
  handle(request: Request): Promise<Response>;
  used(): boolean;
} {
  let state: "waiting" | "storing" | "used" = "waiting";
  return { handle, used: () => state === "used" };

  async function handle(request: Request): Promise<Response> {
    const refusal = refuse(request);
    if (refusal) return refusal;
    if (state === "used") return answer(410, USED);
    if (page.now() >= job.expiresAt) return answer(410, expired(job.keys));
    if (request.method !== "POST") return form(200);
    if (state === "storing") {
      return answer(409, { title: "One moment", paragraphs: ["The values are being stored."] });
    }
    const read = await readForm(request, job.keys);
    if (!("values" in read)) return form(read.status, read.problem);
    // Reading took time: another tab may have been first.
    if (state !== "waiting") return answer(410, USED);
    state = "storing";
    try {
      await page.store(read.values);
      state = "used";
      return answer(200, {
        title: "Saved",
        paragraphs: [
          `Stored: ${job.keys.join(", ")}.`,
          "The values are sealed. You can close this page.",
        ],
      });
    } catch (error) {
      state = "waiting";
      const reason = error instanceof Failure ? `: ${error.message}` : "";
      return form(500, `The values could not be stored${reason}. Nothing was kept.`);
    }
  }

  /** Everything that is no request of the page's own browser tab. */
  function refuse(request: Request): Response | null {
    const { pathname } = new URL(request.url);
    if (request.headers.get("host") !== new URL(page.origin).host || !fromHere(request)) {
      return answer(403, {
        title: "Refused",
        paragraphs: ["Open the address exactly as the terminal shows it."],
      });
    }
    if (!same(pathname, `/secret/${page.token}`)) {
      return answer(404, { title: "Not found", paragraphs: ["There is no such page."] });
    }
    if (["GET", "HEAD", "POST"].includes(request.method)) return null;
    return answer(405, { title: "Refused", paragraphs: ["This page knows GET and POST."] });
  }

  /**
   * Whether a POST comes from the page itself. Under `no-referrer` browsers send the Origin "null" and
   * say in Sec-Fetch-Site where it comes from (Fetch, "append a request Origin header"); programs that
   * are no browser send neither.
   */
  function fromHere(request: Request): boolean {
    if (request.method !== "POST") return true;
    const origin = request.headers.get("origin");
    const site = request.headers.get("sec-fetch-site");
    if (site !== null && site !== "same-origin") return false;
    return origin === page.origin || origin === null ||
      (origin === "null" && site === "same-origin");
  }

  function form(status: number, problem?: string): Response {
    const seconds = Math.max(0, Math.ceil((job.expiresAt - page.now()) / 1000)) + 1;
    const one = job.keys.length === 1;
    return answer(status, {
      title: `Secrets for ${job.project}`,
      paragraphs: [
        `Enter the value${one ? "" : "s"}. ${
          one ? "It goes" : "They go"
        } straight to the store on this machine and ${
          one ? "is" : "are"
        } sealed there; no terminal and no agent sees ${one ? "it" : "them"}.`,
        `This page works once, until ${new Date(job.expiresAt).toISOString().slice(11, 16)} UTC.`,
      ],
      problem,
      keys: job.keys,
    }, { refresh: String(seconds) });
  }
}

const USED: PageContent = {
  title: "Already used",
  paragraphs: ["The values were stored. To change one, run `edgespark secret set` again."],
};

function expired(keys: string[]): PageContent {
  return {
    title: "Expired",
    paragraphs: [
      "This page is closed and nothing was stored.",
      `Run again: edgespark secret set ${keys.join(" ")}`,
    ],
  };
}

function same(a: string, b: string): boolean {
  const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

function answer(
  status: number,
  content: PageContent,
  extra: Record<string, string> = {},
): Response {
  const nonce = crypto.randomUUID();
  return new Response(renderPage(content, nonce), {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy":
        `default-src 'none'; style-src 'nonce-${nonce}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      connection: "close",
      ...extra,
    },
  });
}
