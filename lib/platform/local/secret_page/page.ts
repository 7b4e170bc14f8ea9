/** What a page says. All texts are plain and escaped here. */
export interface PageContent {
  /** Of the browser tab and the page. */
  title: string;
  paragraphs: string[];
  /** Something went wrong with what was sent. */
  problem?: string;
  /** One field for each name; none: a page to read only. */
  keys?: string[];
}

const STYLE = `
:root { color-scheme: light dark; --line: #767676; --mark: #0b57d0; --bad: #b3261e; }
@media (prefers-color-scheme: dark) { :root { --line: #8f8f8f; --mark: #8ab4f8; --bad: #f2b8b5; } }
* { box-sizing: border-box; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 40rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; margin: 0 0 1rem; }
label { display: block; font-weight: 600; overflow-wrap: anywhere; margin-top: 1.25rem; }
textarea { display: block; width: 100%; font: 1rem/1.5 ui-monospace, monospace; padding: .5rem; margin-top: .25rem;
  border: 1px solid var(--line); border-radius: 6px; resize: vertical; -webkit-text-security: disc; }
.show { display: inline-flex; gap: .5rem; align-items: center; font-weight: 400; margin-top: 1rem; }
form:has(#show:checked) textarea { -webkit-text-security: none; }
button { display: block; font: inherit; font-weight: 600; margin-top: 1.5rem; padding: .6rem 1.5rem; border: 0;
  border-radius: 6px; background: var(--mark); color: Canvas; cursor: pointer; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.problem { border-left: 4px solid var(--bad); padding: .25rem .75rem; }
code { font-family: ui-monospace, monospace; overflow-wrap: anywhere; }
`;

/** A whole HTML document without any outside asset or script; `nonce` allows its one style. */
export function renderPage(
  { title, paragraphs, problem, keys = [] }: PageContent,
  nonce: string,
): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)}</title>
<style nonce="${nonce}">${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${problem ? `<p class="problem" role="alert">${escape(problem)}</p>` : ""}
${paragraphs.map((text) => `<p>${escape(text)}</p>`).join("\n")}
${keys.length > 0 ? renderForm(keys) : ""}
</main>
</body>
</html>
`;
}

function renderForm(keys: string[]): string {
  return `<form method="post" autocomplete="off">
${keys.map(renderField).join("\n")}
<label class="show" for="show"><input type="checkbox" id="show"> Show what is typed</label>
<button type="submit">Save</button>
</form>`;
}

/** A text area, since some values (PEM keys) have several lines; its letters are masked by the style. */
function renderField(key: string, index: number): string {
  const id = `field-${escape(key)}`;
  return `<label for="${id}">${escape(key)}</label>
<textarea id="${id}" name="${escape(key)}" rows="2" required${
    index === 0 ? " autofocus" : ""
  } autocomplete="off"` +
    ` autocapitalize="off" autocorrect="off" spellcheck="false" data-1p-ignore data-lpignore="true"></textarea>`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}
