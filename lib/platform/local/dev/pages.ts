import type { DevProblem } from "../../dev.ts";

const STYLE =
  "body{font:16px/1.5 system-ui,sans-serif;margin:10vh auto;max-width:46rem;padding:0 1.5rem;color:#1a1a1a;background:#fff}" +
  "h1{font-size:1.3rem}pre{white-space:pre-wrap;background:#f3f3f3;padding:1rem;border-radius:6px;overflow:auto}" +
  "@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}pre{background:#262626}}";

/** Asks until the state has changed, then loads the page again. */
const RELOAD = `let was;const look=async()=>{try{const r=await fetch("/api/_es/dev/status");` +
  `const now=await r.text();if(was!==undefined&&was!==now)return location.reload();was=now}catch{}` +
  `setTimeout(look,500)};look()`;

/** What a person sees in place of a page while a change does not run. */
export function problemPage(problems: DevProblem[]): string {
  const parts = problems.map(({ code, message, file, line, hint, stack }) => {
    const place = file === null ? "" : `<p><code>${text(at(file, line))}</code></p>`;
    const more = [stack, hint].filter((part) => part).map((part) => `<pre>${text(part!)}</pre>`);
    return `${place}<pre>${text(message)} (${text(code)})</pre>${more.join("")}`;
  });
  return page("This change does not run", parts.join(""));
}

/** What a person sees where nobody answers for pages. */
export function hintPage(title: string, lines: string[]): string {
  return page(title, lines.map((line) => `<p>${text(line)}</p>`).join(""));
}

/** `server/src/index.ts:3`. */
export function at(file: string, line: number | null): string {
  return line === null ? file : `${file}:${line}`;
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${
    text(title)
  }</title><meta name="viewport" content="width=device-width"><style>${STYLE}</style></head>` +
    `<body><main><h1>${text(title)}</h1>${body}</main><script>${RELOAD}</script></body></html>`;
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
