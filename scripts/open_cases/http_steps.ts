import { type Answer, isUnreachable, statusCounts } from "./answers.ts";
import { causeOf, type LogRecord } from "./program.ts";
import { type Cell, none, ok, red, type Row } from "./table.ts";
import { askReferences, type Visit, Visitor, visitSignedIn, visitSignedOut } from "./visits.ts";
import type { Walk } from "./walk.ts";

/** Every listed route over HTTP, without a session and with one, and the page at `/`. */
export async function httpCells(walk: Walk, url: string): Promise<Row["cells"]> {
  const visitor = new Visitor(url);
  const routes = walk.one.routes ?? [];
  const { references, wrong } = await askReferences(visitor, walk.mayDisown);
  const page = await visitor.ask("GET", "/");
  wrong.push(...pageProblem(page, walk.skipWeb === null));
  const open = await visitSignedOut(visitor, routes, references);
  const refused = await visitor.signUp();
  const closed = refused === null
    ? await visitSignedIn(visitor, routes, references)
    : { visits: [], unknown: null };
  const records = await walk.program.log();
  return {
    "401/200/404": signedOutCell(walk, open, wrong, records, page),
    "signed in": signedInCell(walk, closed, refused, records),
  };
}

const KINDS = [["auth", "login"], ["public", "public"], ["webhook", "webhook"]] as const;

function signedOutCell(
  walk: Walk,
  visits: Visit[],
  wrong: string[],
  records: LogRecord[],
  page: Answer,
): Cell {
  const parts = KINDS.flatMap(([kind, name]) => {
    const answers = visits.filter(({ route }) => route.class === kind).map(({ answer }) => answer);
    const own = kind !== "auth" && answers.some(({ status }) => status === 401 || status === 404);
    const text = `${name} ${statusCounts(answers)}${own ? " (401 and 404 are the app's own)" : ""}`;
    return answers.length === 0 ? [] : [text];
  });
  const problems = [...wrong, ...judge(walk, visits, records)];
  if (problems.length > 0) return red(problems.join("; "));
  return ok(`${parts.join("; ")}; unknown 404; / ${page.status}`);
}

function signedInCell(
  walk: Walk,
  { visits, unknown }: { visits: Visit[]; unknown: Answer | null },
  refused: string | null,
  records: LogRecord[],
): Cell {
  if (refused !== null) {
    if (!walk.one.auth?.disableSignUp) return red(refused);
    walk.note(`Sign-up is off in its auth config: ${refused}`);
    return none("sign-up is off");
  }
  const problems = judge(walk, visits, records);
  if (unknown?.status !== 404) problems.push(`an unknown closed address is ${unknown?.status}`);
  if (problems.length > 0) return red(problems.join("; "));
  const counts = statusCounts(visits.map(({ answer }) => answer));
  return ok(`${counts ? `GET ${counts}` : "no protected GET route"}; unknown 404`);
}

/** What is wrong. What failed for want of an outside service is noted, with the reason from the log. */
function judge(walk: Walk, visits: Visit[], records: LogRecord[]): string[] {
  const problems: string[] = [];
  for (const { route, answer, verdict } of visits) {
    const name = `${route.method} ${route.path}`;
    if (!verdict.ok) problems.push(`${name}: ${verdict.why}`);
    if (verdict.why === "disowned by its handler") walk.note(`${name}: 404 by \`c.notFound()\``);
    if (!verdict.failed) continue;
    const errors = records.filter(({ requestId, level }) =>
      requestId === answer.requestId && level === "error"
    );
    const causes = errors.map(causeOf);
    const text = `${name}: ${answer.status} ${answer.body.slice(0, 80)}; log: ${causes.join(", ")}`;
    if (causes.some(isUnreachable)) walk.note(text);
    else problems.push(text);
  }
  return problems;
}

function pageProblem(page: Answer & { type: string }, built: boolean): string[] {
  if (!built) return page.status === 404 ? [] : [`/ is ${page.status} without a web part`];
  const shown = page.status === 200 && page.type.startsWith("text/html");
  return shown ? [] : [`/ is ${page.status} ${page.type}`];
}
