import { CONNECT_EXPORT } from "./connect.ts";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { type Box, type BoxLimits, openBox } from "../sandbox/box.ts";
import { isFrame, isRecord } from "../sandbox/answer.ts";
import { evaluate, noAnswer } from "../sandbox/evaluate.ts";
import type { AppBundle } from "./app_bundle.ts";
import { type Access, classify } from "./classify.ts";
import { originalPlace } from "./source_map.ts";

/** One route of an app, in the order in which they are declared. */
export interface AppRoute {
  /** Upper case; "ALL" for every method. */
  method: string;
  path: string;
  /** Null: the path lies outside of `/api`. */
  access: Access | null;
}

/** What an app offers. */
export interface AppShape {
  routes: AppRoute[];
  /** Exports that have a value: "default", "drizzleSchema", "buckets". */
  exports: string[];
  /** How long its top-level code computed, ms; after a use of the SDK (`outside`) that of two loads. */
  startup: number;
  /** The first use of the SDK at its top level, where the runtime refuses it. */
  outside: OutsideHandler | null;
}

/** A use of the SDK while the app is loaded. */
export interface OutsideHandler {
  /** Such as "vars.get". */
  use: string;
  file: string;
  line: number | null;
}

/** Route analysis loads a whole app with its packages; the time counts from the opening of the box. */
const LIMITS: BoxLimits = { time: 15_000, memory: 512 * 1024 * 1024 };

/** A box for `analyseRoutes` that warms up while the app is still being bundled. */
export function openRoutesBox(system: System): Box {
  return openBox(system, LIMITS);
}

/**
 * Loads a bundled app in the sandbox and lists its routes. Middleware is left out, a path outside of
 * `/api` is not: whoever deploys judges it.
 *
 * @throws Failure (failed): APP_THREW, MISSING_DEFAULT_EXPORT, NOT_A_HONO_APP, the codes of `evaluate`.
 */
export async function analyseRoutes(
  system: System,
  bundle: AppBundle,
  box = openRoutesBox(system),
): Promise<AppShape> {
  const file = bundle.entry;
  let startup = 0;
  try {
    const value = await evaluate(system, box, {
      job: {
        kind: "routes",
        code: new TextDecoder().decode(bundle.code),
        builtins: bundle.builtins,
      },
      file,
      root: bundle.root,
      threw: "APP_THREW",
      invalid: "APP_THREW",
      onBusy: (ms) => startup = ms,
      place: (line, column) => originalPlace(bundle.sourceMap, line, column),
    });
    if (!isRecord(value) || !Array.isArray(value.routes) || !isTexts(value.exports)) {
      throw noAnswer({ file }, "the answer is not a list of routes");
    }
    if (typeof value.problem === "string") throw notAnApp(value.problem, file);
    const exports = value.exports.filter((name) => name !== CONNECT_EXPORT);
    return {
      routes: value.routes.map((route) => routeOf(route, file)),
      exports,
      startup,
      outside: value.outside === undefined ? null : outsideOf(value.outside, bundle),
    };
  } finally {
    await box.close();
  }
}

function routeOf(value: unknown, file: string): AppRoute {
  if (!isRecord(value) || typeof value.method !== "string" || typeof value.path !== "string") {
    throw noAnswer({ file }, "the answer is not a list of routes");
  }
  if (!/^[A-Z-]{1,32}$/.test(value.method) || !/^[ -~\u00a0-\uffff]{1,2048}$/.test(value.path)) {
    throw noAnswer({ file }, "a route has no sensible method or path");
  }
  return { method: value.method, path: value.path, access: classify(value.path) };
}

/** The place is the project's own line, also when a package makes the use. */
function outsideOf(value: unknown, { entry, sourceMap }: AppBundle): OutsideHandler {
  const valid = isRecord(value) && typeof value.use === "string" &&
    /^[ -~]{1,200}$/.test(value.use) && Array.isArray(value.frames);
  if (!valid) throw noAnswer({ file: entry }, "the use of the SDK has no sensible name");
  const places = (value.frames as unknown[]).filter(isFrame).map(({ line, column }) =>
    originalPlace(sourceMap, line, column)
  ).filter((place) => place !== null);
  const place = places.find(({ file }) => !/^[\w-]+:|node_modules\//.test(file));
  return { use: value.use as string, file: place?.file ?? entry, line: place?.line ?? null };
}

function notAnApp(problem: string, file: string): Failure {
  if (problem === "no default export") {
    return new Failure(
      "failed",
      "MISSING_DEFAULT_EXPORT",
      `The default export of \`${file}\` is undefined`,
      {
        hint: "Export the Hono app: `export default app`",
        details: { file, line: null },
      },
    );
  }
  return new Failure(
    "failed",
    "NOT_A_HONO_APP",
    `The default export of \`${file}\` is ${problem}, not a Hono app`,
    {
      hint: "Export the app itself: `const app = new Hono(); ... export default app`",
      details: { file, line: null },
    },
  );
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
