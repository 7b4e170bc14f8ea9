import type { Finding } from "../finding.ts";
import type { DeployChanges } from "./changes.ts";
import type { DeployResult } from "./deploy.ts";

type Routes = DeployResult["routes"];

/** The groups of the route report (contract section 9). */
const GROUPS: [Routes[number]["access"], title: string, about: string][] = [
  ["login", "Protected", "login required, auth.user guaranteed"],
  ["public", "Public", "login optional, auth.user if logged in"],
  ["webhook", "Webhooks", "no auth check"],
];

/** What decides a route's group: the last lines of the report. */
const PREFIXES = [
  "Prefixes decide who gets to a route:",
  "  /api/public/*    login optional",
  "  /api/webhooks/*  no auth check",
  "  /api/*           login required (every other route)",
];

/** The answer of `deploy` for a person; its last line is the address. */
export function deployText(result: DeployResult): string {
  const { findings, routes, bundle, changes } = result;
  return [
    ...findings.map(findingText),
    ...(findings.length > 0 ? [""] : []),
    ...(bundle && (routes.length > 0 || !result.blocked) ? [...routeLines(routes), ""] : []),
    ...(bundle ? [...changeLines(changes, routes), ...bundleLines(bundle, result)] : []),
    ...outcome(result),
  ].join("\n");
}

function outcome(
  { blocked, dryRun, deploymentId, unchanged, url, findings }: DeployResult,
): string[] {
  if (blocked) {
    const errors = findings.filter(({ severity }) => severity === "error").length;
    return [
      `${dryRun ? "A deploy would be blocked" : "Not deployed"}: ${errors} ${
        errors === 1 ? "error" : "errors"
      }`,
    ];
  }
  if (dryRun) return ["Dry run complete; nothing was activated"];
  return [
    unchanged ? `Nothing to do: ${deploymentId} is active already` : `Deployed ${deploymentId}`,
    `URL: ${url}`,
  ];
}

function routeLines(routes: Routes): string[] {
  const groups = GROUPS.map(([access, title, about]) => ({
    title,
    about,
    own: routes.filter((route) => route.access === access),
  }));
  return [
    "Route Summary:",
    ...groups.map(({ title, about, own }) =>
      `  ${title} (${about}):  ${own.length} ${own.length === 1 ? "route" : "routes"}`
    ),
    ...groups.filter(({ own }) => own.length > 0).flatMap(({ title, own }) => [
      "",
      `${title}:`,
      ...own.map(({ method, path }) => `  ${method.padEnd(6)} ${path}`),
    ]),
    "",
    ...PREFIXES,
  ];
}

/** How much is said of the largest parts without being asked. */
const PARTS = 5;

function bundleLines(
  bundle: NonNullable<DeployResult["bundle"]>,
  { changes, dryRun }: DeployResult,
): string[] {
  const { before } = changes.bundleBytes;
  const was = before === null || before === bundle.bytes ? "" : `, before ${kibibytes(before)}`;
  return [
    `Bundle: ${kibibytes(bundle.bytes)} (${bundle.digest.slice(0, 19)})${was}`,
    ...(dryRun
      ? bundle.largest.slice(0, PARTS).map(({ name, bytes }) =>
        `  ${kibibytes(bytes).padStart(11)}  ${name}`
      )
      : []),
  ];
}

function kibibytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** What changes for those who call the app. */
function changeLines({ against, routes }: DeployChanges, now: Routes): string[] {
  if (against === null || now.length === 0) return [];
  if (routes.length === 0) return [`Routes are as in the active deployment ${against}`, ""];
  return [
    `Changes against the active deployment ${against}:`,
    ...routes.map(({ change, method, path, access, before }) =>
      change === "moved"
        ? `  ~ ${method.padEnd(6)} ${before!.path} (${before!.access}) -> ${path} (${access})`
        : `  ${change === "added" ? "+" : "-"} ${method.padEnd(6)} ${path} (${access})`
    ),
    "",
  ];
}

function findingText({ code, severity, file, line, message, fix }: Finding): string {
  const place = file === null ? "" : `${file}${line === null ? "" : `:${line}`}: `;
  const label = severity === "error" ? "Error" : severity === "warning" ? "Warning" : "Note";
  return `${label}: ${place}${message} (${code})${fix ? `\n  Fix: ${fix}` : ""}`;
}
