import type { CaseRoute } from "./cases.ts";

/** What the running app answered. */
export interface Answer {
  status: number;
  body: string;
  /** Of the request, as the log names it. */
  requestId: string | null;
}

/** Answers to compare with: what the platform and the app's router say of themselves. */
export interface References {
  /** An address that asks for a session, without one. */
  signedOut: Answer;
  /** An open address that no route has. */
  unknown: Answer;
  /** The app's handlers themselves may answer as if there were no such route. */
  mayDisown: boolean;
}

/** What a route's answer is worth. */
export interface Verdict {
  /** false: what the contract promises does not hold. */
  ok: boolean;
  /** The app failed: the log has to say why. */
  failed: boolean;
  why: string;
}

/** An address of a route: each parameter and wildcard is `1`. */
export function addressOf(path: string): string {
  return path.replace(/\/:\w+(?:\{(?:[^{}]|\{[^{}]*\})*\})?\??/g, "/1").replaceAll("*", "1");
}

/** Judges the answer that a route gave to somebody without a session. */
export function judgeSignedOut(
  route: CaseRoute,
  answer: Answer,
  references: References,
): Verdict {
  const { status } = answer;
  if (route.class === "auth") {
    const closed = status === 401 && same(answer, references.signedOut);
    return verdict(closed, closed ? "closed" : `protected, and answered ${status}`);
  }
  if (status === 401 && same(answer, references.signedOut)) {
    return verdict(false, `${route.class}, and closed by the platform`);
  }
  return judgeReached(answer, references);
}

/** Judges the answer of a protected route to somebody who is signed in. */
export function judgeSignedIn(answer: Answer, references: References): Verdict {
  if (answer.status === 401) return verdict(false, "401 in spite of a session");
  return judgeReached(answer, references);
}

/** An answer below 500, other than what a missing route gives, is the app's own. */
function judgeReached(answer: Answer, { unknown, mayDisown }: References): Verdict {
  const { status } = answer;
  if (status === 404 && same(answer, unknown)) {
    return verdict(mayDisown, mayDisown ? "disowned by its handler" : "no such route");
  }
  if (status >= 500) return { ok: true, failed: true, why: `answered ${status}` };
  return verdict(true, status < 400 ? "answered" : "refused by the app itself");
}

/** How many answers had which status: `200 x3, 400 x1`. */
export function statusCounts(answers: Answer[]): string {
  const counts = new Map<number, number>();
  for (const { status } of answers) counts.set(status, (counts.get(status) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => a - b).map(([status, count]) => `${status} x${count}`)
    .join(", ");
}

/** Whether an error says that a service outside could not be reached: nothing outside can be, here. */
export function isUnreachable(cause: string): boolean {
  return /fetch failed|error sending request|dns error|getaddrinfo|ENOTFOUND|ECONNREFUSED|\.invalid\b/i
    .test(cause);
}

function same(a: Answer, b: Answer): boolean {
  return a.status === b.status && a.body === b.body;
}

function verdict(ok: boolean, why: string): Verdict {
  return { ok, failed: false, why };
}
