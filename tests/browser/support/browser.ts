import { createRequire } from "node:module";
import { join } from "@std/path";
import { ROOT } from "../../support/fixtures.ts";
import type { Answer, Browser, Context, ContextOptions, Driver, Page } from "./driver.ts";

/** Where Chromium is on this machine; null: it has none. `CHROMIUM` names another than Debian's. */
export const CHROMIUM: string | null = [
  Deno.env.get("CHROMIUM"),
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
].find((path) => path !== undefined && isFile(path)) ?? null;

/** As root, without a display, and with nothing that looks for the network by itself. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // Any name leads nowhere, but this machine's own and one that an attacker has bound to it.
  "--host-resolver-rules=MAP rebound.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
];

/** What a page said and asked for while a test used it. */
export interface Seen {
  /** Console messages that are warnings or errors, errors of scripts, and violations of its policy. */
  complaints: string[];
  /** Addresses of every request. */
  requests: string[];
}

/** A page in a browser of its own. */
export interface OpenPage {
  page: Page;
  context: Context;
  seen: Seen;
  /** Another page in the same browser, as another tab has it. */
  tab(): Promise<{ page: Page; seen: Seen }>;
}

/** A test that needs Chromium; without it, it is skipped by name. */
export function browserTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, fn, ignore: CHROMIUM === null });
}

/**
 * Opens a page in a new headless Chromium, hands it to `work`, and closes it whatever happens:
 *
 *     await withPage(async ({ page }) => { await page.goto(url); ... }, { colorScheme: "dark" });
 */
export async function withPage(
  work: (open: OpenPage) => Promise<void>,
  options: ContextOptions = {},
): Promise<void> {
  const browser = await launch();
  try {
    const context = await browser.newContext(options);
    await context.addInitScript(() =>
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`Violation of ${event.violatedDirective} by ${event.blockedURI}`);
      })
    );
    const tab = async () => {
      const page = await context.newPage();
      return { page, seen: listen(page) };
    };
    await work({ ...await tab(), context, tab });
  } finally {
    await browser.close();
  }
}

/** Goes to an address and says how it answered. */
export async function visit(page: Page, url: string): Promise<Answer> {
  const answer = await page.goto(url);
  if (!answer) throw new Error(`No answer from ${url}`);
  return answer;
}

/**
 * What axe-core has against a page as it stands (WCAG 2.2 A and AA, contrast in its present colours):
 * one line each.
 */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const axe = await Deno.readTextFile(
    join(ROOT, ".tmp", "browser", "node_modules", "axe-core", "axe.min.js"),
  );
  const problems = await page.evaluate<{ id: string; nodes: { html: string }[] }[]>(
    `${axe}; axe.run({ resultTypes: ["violations"] }).then((result) => result.violations.map(
      ({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => ({ html })) })))`,
  );
  return problems.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}

async function launch(): Promise<Browser> {
  const require = createRequire(join(ROOT, ".tmp", "browser", "package.json"));
  const { chromium }: Driver = require("playwright-core");
  return await chromium.launch({ executablePath: CHROMIUM!, args: FLAGS });
}

function listen(page: Page): Seen {
  const seen: Seen = { complaints: [], requests: [] };
  page.on("console", (message) => {
    const text = message.text();
    // An answer of 400 and more is for the test to judge.
    if (text.startsWith("Failed to load resource")) return;
    if (["error", "warning"].includes(message.type())) seen.complaints.push(text);
  });
  page.on("pageerror", (error) => seen.complaints.push(String(error)));
  page.on("request", (request) => seen.requests.push(request.url()));
  return seen;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
