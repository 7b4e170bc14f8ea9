import { escape, type PageDocument } from "./document.ts";
import { expiredMessage, messageBody } from "./message_page.ts";
import { type FormProblem, LARGEST_VALUE } from "./read_form.ts";

/** What the form tells a person. */
export interface FormView {
  /** How the page names the project. */
  project: string;
  /** The project's folder on the machine that runs this program. */
  folder: string;
  keys: string[];
  /** Those of them that have a value, which this page replaces. */
  replaces: string[];
  /** ms; when the page closes. */
  expiresAt: number;
  now: number;
  /** The browser comes over a network without encryption. */
  unencrypted: boolean;
}

/**
 * The page with one field for each key; what was typed before is never sent back. When the time is up,
 * the script shows what the server would say; without a script the page is loaded anew.
 */
export function formPage(view: FormView, status = 200, problem?: FormProblem): PageDocument {
  const { keys, expiresAt, now } = view;
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000));
  const what = keys.length === 1 ? "1 secret" : `${keys.length} secrets`;
  const body = `<div data-waiting>
<h1>Enter ${what} for ${escape(view.project)}</h1>
<p class="lead" id="lead">Sealed on the machine that runs edgespark. No terminal, log or agent sees ${
    keys.length === 1 ? "the value" : "the values"
  }.</p>
${problem ? summary(problem) : ""}${view.unencrypted ? UNENCRYPTED : ""}<dl class="facts">
<dt>Project</dt><dd>${escape(view.project)} <span class="path">${escape(view.folder)}</span></dd>
<dt>Environment</dt><dd>production, local platform</dd>
<dt>Closes at</dt><dd><time datetime="${new Date(expiresAt).toISOString()}">${
    new Date(expiresAt).toISOString().slice(11, 16)
  } UTC</time> <span id="left"></span></dd>
</dl>
</div>
<p class="unseen" role="status" id="soon"></p>
<div id="over" role="alert" tabindex="-1" hidden>${
    messageBody(expiredMessage(keys, expiresAt))
  }</div>
<form method="post" autocomplete="off" data-left="${left}" data-limit="${LARGEST_VALUE}">
${keys.map((key, index) => field(view, key, index, problem)).join("\n")}
<button type="submit">Save ${what}</button>
<ul class="fine" id="paste">
<li>Paste as it is: several lines, such as a PEM key, are kept, and so are spaces. Only a line break after a one-line value is dropped.</li>
<li>This address works once. A running app gets the ${
    keys.length === 1 ? "value" : "values"
  } at once.</li>
</ul>
</form>`;
  const title = `${problem ? "Error: " : ""}Enter ${
    keys.length === 1 ? keys[0] : what
  } for ${view.project}`;
  return { status, title, body, left };
}

/**
 * A text area, since some values have several lines; the style masks its letters. Password managers and
 * spelling services are told to keep off.
 */
function field(view: FormView, key: string, index: number, problem?: FormProblem): string {
  const wrong = problem?.key === key;
  const described = [wrong ? `error-${key}` : "", index === 0 ? "lead" : "", `note-${key}`, "paste"]
    .filter(Boolean).join(" ");
  const badge = view.replaces.includes(key) ? `<span class="badge">Replaces its value</span>` : "";
  return `<div class="field">
<div class="head"><label class="key" for="field-${key}">${key}</label>${badge}</div>
${
    wrong
      ? `<p class="error" id="error-${key}">${escape(problem.problem)}</p>\n`
      : ""
  }<textarea id="field-${key}" name="${key}" data-note="note-${key}" rows="1" required aria-describedby="${described}"` +
    `${wrong ? ` aria-invalid="true"` : ""}${
      index === 0 && !problem ? " autofocus" : ""
    } autocomplete="off"` +
    ` autocapitalize="off" autocorrect="off" spellcheck="false" writingsuggestions="false" translate="no"` +
    ` data-1p-ignore data-lpignore="true" data-bwignore="true"></textarea>
<div class="foot"><p class="note" id="note-${key}" role="status"></p>
<label class="show"><input class="reveal" type="checkbox" autocomplete="off"> Show<span class="unseen"> ${key}</span></label></div>
</div>`;
}

function summary({ problem, key }: FormProblem): string {
  const what = key === null ? escape(problem) : `<a href="#field-${key}">${escape(problem)}</a>`;
  return `<div class="box bad" role="alert" tabindex="-1" autofocus>
<h2>Nothing was stored</h2>
<p>${what}</p>
<p>Typed values are never sent back to a page: enter all of them again.</p>
</div>
`;
}

const UNENCRYPTED = `<div class="box warn">
<h2>This connection is not encrypted</h2>
<p>Whoever can listen on the network between this browser and that machine can read what you enter.</p>
</div>
`;
