import type { Finding } from "../finding.ts";
import type { DeployResult } from "./deploy.ts";

type Routes = DeployResult["routes"];

/** The groups of the route report (contract section 9). */
const GROUPS: [Routes[number]["access"], title: string, about: string][] = [
  ["login", "Protected", "login required, auth.user guaranteed"],
  ["public", "Public", "login optional, auth.user if logged in"],
  ["webhook", "Webhooks", "no auth check"],
];

/** The answer of `deploy` for a person; its last line is the address. */
export function deployText(result: DeployResult): string {
  const { findings, routes, bundle } = result;
  return [
    ...findings.map(findingText),
    ...(findings.length > 0 ? [""] : []),
    ...(bundle && (routes.length > 0 || !result.blocked) ? [...routeLines(routes), ""] : []),
    ...(bundle
      ? [`Bundle: ${(bundle.bytes / 1024).toFixed(1)} KiB (${bundle.digest.slice(0, 19)})`]
      : []),
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
  ];
}

function findingText({ code, severity, file, line, message, fix }: Finding): string {
  const place = file === null ? "" : `${file}${line === null ? "" : `:${line}`}: `;
  const label = severity === "error" ? "Error" : severity === "warning" ? "Warning" : "Note";
  return `${label}: ${place}${message} (${code})${fix ? `\n  Fix: ${fix}` : ""}`;
}
