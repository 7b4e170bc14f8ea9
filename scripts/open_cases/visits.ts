import {
  addressOf,
  type Answer,
  judgeSignedIn,
  judgeSignedOut,
  type References,
  type Verdict,
} from "./answers.ts";
import type { CaseRoute } from "./cases.ts";
import { OWNER } from "./placeholders.ts";

/** No answer takes longer, ms; apps wait for services that nobody reaches here. */
const PATIENCE = 60_000;

/** A visit to a route, and what it is worth. */
export interface Visit {
  route: CaseRoute;
  answer: Answer;
  verdict: Verdict;
}

/** A browser's view of a running app, by HTTP. */
export class Visitor {
  #cookie = "";
  constructor(readonly url: string) {}

  async ask(method: string, path: string, body?: unknown): Promise<Answer & { type: string }> {
    const headers = new Headers({ origin: this.url });
    if (this.#cookie) headers.set("cookie", this.#cookie);
    if (body !== undefined) headers.set("content-type", "application/json");
    const response = await fetch(this.url + path, {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      redirect: "manual",
      signal: AbortSignal.timeout(PATIENCE),
    });
    const cookies = response.headers.getSetCookie().map((one) => one.split(";")[0]);
    const text = await response.text();
    if (path === SIGN_UP) this.#cookie = cookies.join("; ");
    return {
      status: response.status,
      body: text,
      type: response.headers.get("content-type") ?? "",
      requestId: response.headers.get("x-edgespark-request-id"),
    };
  }

  /** Signs up by e-mail; null: signed in. Else what the auth service said. */
  async signUp(): Promise<string | null> {
    const password = "a placeholder of 40 letters, no secret";
    const { status, body } = await this.ask("POST", SIGN_UP, {
      name: "Owner",
      email: OWNER,
      password,
    });
    if (status !== 200) return `sign-up answered ${status}: ${body.slice(0, 120)}`;
    return this.#cookie ? null : "sign-up gave no session";
  }
}

const SIGN_UP = "/api/_es/auth/sign-up/email";

/** Addresses that no app has. */
const NOWHERE = { open: "/api/public/__no_such_route__", closed: "/api/__no_such_route__" };

/** What the platform and the app's router answer by themselves, and what is wrong with that. */
export async function askReferences(
  visitor: Visitor,
  mayDisown: boolean,
): Promise<{ references: References; wrong: string[] }> {
  const signedOut = await visitor.ask("GET", NOWHERE.closed);
  const unknown = await visitor.ask("GET", NOWHERE.open);
  const wrong: string[] = [];
  if (signedOut.status !== 401) wrong.push(`an unknown closed address is ${signedOut.status}`);
  if (unknown.status !== 404) wrong.push(`an unknown open address is ${unknown.status}`);
  return { references: { signedOut, unknown, mayDisown }, wrong };
}

/** Visits every route without a session. */
export async function visitSignedOut(
  visitor: Visitor,
  routes: CaseRoute[],
  references: References,
): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (const route of routes) {
    const answer = await visitor.ask(route.method, addressOf(route.path), bodyFor(route));
    visits.push({ route, answer, verdict: judgeSignedOut(route, answer, references) });
  }
  return visits;
}

/** Visits every protected route that only reads, with a session; the unknown address among them. */
export async function visitSignedIn(
  visitor: Visitor,
  routes: CaseRoute[],
  references: References,
): Promise<{ visits: Visit[]; unknown: Answer }> {
  const visits: Visit[] = [];
  for (const route of routes.filter((one) => one.class === "auth" && one.method === "GET")) {
    const answer = await visitor.ask("GET", addressOf(route.path));
    visits.push({ route, answer, verdict: judgeSignedIn(answer, references) });
  }
  return { visits, unknown: await visitor.ask("GET", NOWHERE.closed) };
}

function bodyFor({ method }: CaseRoute): unknown {
  return method === "GET" || method === "HEAD" ? undefined : {};
}
