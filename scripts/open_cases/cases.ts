/** What is read of a list of open cases: real projects, and what is known of each. */

/** A route that a project's own router has. */
export interface CaseRoute {
  method: string;
  /** Hono's pattern, such as `/api/posts/:id`. */
  path: string;
  class: "auth" | "public" | "webhook";
}

/** One project of the list; fields that are not read here are left out. */
export interface OpenCase {
  name: string;
  /** Its folder below the folder of copies; null where no files can be had. */
  dir: string | null;
  /** Its server part, below that folder. */
  server?: string;
  layout?: string;
  routes?: CaseRoute[];
  /** Whether the schema is what the last migration made of it. */
  generate_no_changes?: boolean;
  replay?: { applied: number; first_failure: { tag: string; error: string } | null };
  auth?: { disableSignUp: boolean; vars_refs: string[]; secret_refs: string[] };
}

/** Reads the list. */
export async function readCases(file: string): Promise<OpenCase[]> {
  const cases: unknown = JSON.parse(await Deno.readTextFile(file));
  if (!Array.isArray(cases) || !cases.every((one) => typeof one?.name === "string")) {
    throw new Error(`${file} is not a list of cases`);
  }
  return cases;
}

/** Why a case is not walked; null: it is. */
export function whyNotWalked(one: OpenCase): string | null {
  if (one.dir === null) return "no files to be had, facts only";
  return one.layout === "server/" ? null : `layout \`${one.layout}\``;
}

/** A route as `deploy --json` lists it. */
export interface ListedRoute {
  method: string;
  path: string;
  access: "login" | "public" | "webhook";
}

const ACCESS = { auth: "login", public: "public", webhook: "webhook" } as const;

/** Holds the routes that a dry run found against those of the case, as exact sets. */
export function compareRoutes(
  listed: ListedRoute[],
  expected: CaseRoute[],
): { missing: string[]; extra: string[] } {
  const found = new Set(
    listed.map(({ access, method, path }) => `${access} ${method} ${path}`),
  );
  const wanted = new Set(
    expected.map((route) => `${ACCESS[route.class]} ${route.method} ${route.path}`),
  );
  return { missing: [...wanted.difference(found)], extra: [...found.difference(wanted)] };
}
