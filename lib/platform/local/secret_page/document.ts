import { createHash } from "node:crypto";
import { SCRIPT } from "./script.ts";
import { STYLE } from "./style.ts";

/**
 * Only this one style and this one script may act, named by their hashes; nothing is loaded from
 * anywhere, nothing connects anywhere, the form goes back where it came from, nobody frames the page.
 */
const POLICY = [
  "default-src 'none'",
  `script-src '${sha256(SCRIPT)}'`,
  `style-src '${sha256(STYLE)}'`,
  "img-src data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const LOCK =
  `<svg width="20" height="20" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.75" aria-hidden="true">` +
  `<rect x="4" y="9" width="12" height="8.5" rx="2"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/></svg>`;

const ICON =
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 20 20' fill='none' stroke='%235b82f0'` +
  ` stroke-width='2'%3E%3Crect x='4' y='9' width='12' height='8.5' rx='2'/%3E%3Cpath d='M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9'/%3E%3C/svg%3E`;

/** A page before it is sent. `body` is HTML, everything in it escaped. */
export interface PageDocument {
  status: number;
  title: string;
  body: string;
  /** Seconds until the form is over; only then is the script part of the page. Null: nothing to fill in. */
  left: number | null;
}

/** A whole answer without any outside asset. */
export function pageResponse({ status, title, body, left }: PageDocument): Response {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<link rel="icon" href="${ICON}">
<style>${STYLE}</style>
${
    left === null
      ? ""
      : `<noscript><meta http-equiv="refresh" content="${left + 1}"></noscript>\n`
  }</head>
<body>
<main>
<p class="brand">${LOCK} edgespark</p>
${body}
</main>
${left === null ? "" : `<script>${SCRIPT}</script>\n`}</body>
</html>
`;
  return new Response(html, {
    status,
    headers: {
      "content-type": "text/html; charset=utf-8",
      "content-security-policy": POLICY,
      "cache-control": "no-store",
      // With "no-referrer" browsers would send the Origin "null" with the form.
      "referrer-policy": "same-origin",
      "permissions-policy": "clipboard-read=(), camera=(), microphone=(), geolocation=()",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "x-robots-tag": "noindex, nofollow",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      connection: "close",
    },
  });
}

/** Text as HTML, also within attributes. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

function sha256(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}
