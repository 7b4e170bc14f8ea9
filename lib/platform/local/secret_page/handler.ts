import { timingSafeEqual } from "node:crypto";
import { Failure } from "../../../failure.ts";
import { type PageDocument, pageResponse } from "./document.ts";
import { formPage, type FormView } from "./form_page.ts";
import {
  expiredMessage,
  type Message,
  messagePage,
  NOT_FOUND,
  savedMessage,
  STORING,
  usedMessage,
  WRONG_METHOD,
  WRONG_PLACE,
} from "./message_page.ts";
import { isPrivate } from "../../secret_page_address.ts";
import { isOwnTab } from "./own_tab.ts";
import { type FormProblem, readForm } from "./read_form.ts";

/** What a page is there for. */
export type PageJob = Omit<FormView, "now" | "unencrypted">;

/** The page's own view of the world. */
export interface PageContext {
  /** 256 bits, base64url; the path of the page ends with it. */
  token: string;
  /** Where it listens, such as "http://127.0.0.1:40123". */
  listening: string;
  /** How the browser reaches it, when that is another way; without a slash at its end. */
  published: string | null;
  now(): number;
  /** Seals and stores all values, or throws. */
  store(values: Record<string, string>): Promise<void>;
}

/** Answers the browser; `stored` resolves once the values are in the store. */
export interface PageHandler {
  handle(request: Request): Promise<Response>;
  readonly stored: Promise<void>;
  /** Waits for a store that is under way; true when the values are in. */
  settled(): Promise<boolean>;
}

/** One page: it takes values once, before its time is up, from its own browser tab. */
export function secretPageHandler(job: PageJob, page: PageContext): PageHandler {
  const { listening, published } = page;
  const origins = [listening, ...(published === null ? [] : [new URL(published).origin])];
  const stored = Promise.withResolvers<void>();
  let storedAt: number | null = null;
  let storing: Promise<boolean> | null = null;
  return {
    handle: async (request) => pageResponse(await answer(request)),
    stored: stored.promise,
    settled: async () => (await storing) ?? storedAt !== null,
  };

  async function answer(request: Request): Promise<PageDocument> {
    if (!isOwnTab(request, origins)) return messagePage(WRONG_PLACE);
    const { pathname } = new URL(request.url);
    if (!isPage(pathname)) return messagePage(NOT_FOUND);
    if (!["GET", "HEAD", "POST"].includes(request.method)) return messagePage(WRONG_METHOD);
    const closed = whyClosed();
    if (closed) return messagePage(closed);
    if (request.method !== "POST") return form(200);
    const read = await readForm(request, job.keys);
    if (!("values" in read)) return form(read.status, read);
    // Reading took time: another tab may have been first.
    const late = whyClosed();
    if (late) return messagePage(late);
    return await take(read.values);
  }

  /** A proxy may pass its own prefix on, or take it away. */
  function isPage(pathname: string): boolean {
    const path = `/secret/${page.token}`;
    const { published } = page;
    return same(pathname, path) ||
      (published !== null && same(pathname, new URL(published + path).pathname));
  }

  function whyClosed(): Message | null {
    if (storedAt !== null) return usedMessage(job.keys, storedAt);
    if (storing) return STORING;
    return page.now() >= job.expiresAt ? expiredMessage(job.keys, job.expiresAt) : null;
  }

  async function take(values: Record<string, string>): Promise<PageDocument> {
    let problem = "The values could not be stored";
    storing = page.store(values).then(() => true, (error) => {
      if (error instanceof Failure) problem += `: ${error.message}`;
      return false;
    });
    const done = await storing;
    storing = null;
    if (!done) return form(500, { status: 500, problem, key: null });
    storedAt = page.now();
    stored.resolve();
    return messagePage(savedMessage(job.keys, job.project));
  }

  function form(status: number, problem?: FormProblem): PageDocument {
    const view = { ...job, now: page.now(), unencrypted: !isPrivate(origins.at(-1)!) };
    return formPage(view, status, problem);
  }
}

function same(a: string, b: string): boolean {
  const [left, right] = [new TextEncoder().encode(a), new TextEncoder().encode(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
