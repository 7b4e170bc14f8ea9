/**
 * The look of every page. Colours keep a contrast of 4.5 (texts) and 3 (borders, focus) in both
 * schemes (WCAG 2.2, 1.4.3 and 1.4.11); nothing moves; nothing is fetched.
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --ground: #f3f4f7; --card: #fff; --edge: #e1e4ea; --text: #14171f; --soft: #535b6b; --line: #7d8595;
  --field: #fff; --mark: #2a55c9; --on-mark: #fff; --mark-soft: #eaf0fe;
  --bad: #b3261e; --bad-soft: #fdefed; --good: #146c3a; --good-soft: #e7f5ec; --warn: #7a4b00; --warn-soft: #fdf3df;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1014; --card: #16191f; --edge: #272c35; --text: #e9ecf2; --soft: #a6aebd; --line: #747d8d;
    --field: #0f1217; --mark: #9bb8ff; --on-mark: #0b1430; --mark-soft: #1b2640;
    --bad: #ffb4ab; --bad-soft: #331917; --good: #7fd8a2; --good-soft: #12291b; --warn: #f2c879; --warn-soft: #2d2410;
  }
}
*, ::before, ::after { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0; min-height: 100vh; background: var(--ground); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  display: grid; justify-items: center; align-content: start; padding: clamp(0rem, 6vh, 4rem) 0 2rem;
}
main { width: min(100%, 38rem); background: var(--card); border: 1px solid var(--edge); border-radius: 16px;
  padding: clamp(1.25rem, 5vw, 2.25rem); box-shadow: 0 1px 2px rgb(0 0 0 / 5%), 0 12px 32px -16px rgb(0 0 0 / 18%); }
h1 { font-size: 1.5rem; line-height: 1.25; letter-spacing: -.015em; font-weight: 650; margin: 0; text-wrap: balance;
  overflow-wrap: anywhere; }
h2 { font-size: 1rem; margin: 0 0 .25rem; }
p { margin: .5rem 0 0; text-wrap: pretty; }
a { color: inherit; text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
code, pre, textarea, .key { font-family: var(--mono); }
code { overflow-wrap: anywhere; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0 0 1.25rem; color: var(--soft); font-size: .875rem;
  font-weight: 600; }
.brand svg { color: var(--mark); flex: none; }
.lead { color: var(--soft); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 1.25rem 0 0; padding: .875rem 0 0;
  border-top: 1px solid var(--edge); font-size: .9375rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts .path { display: block; color: var(--soft); font: .8125rem/1.5 var(--mono); }
.box { border-radius: 10px; padding: .75rem 1rem; margin-top: 1.25rem; border: 1px solid transparent; }
.box p:first-child { margin-top: 0; }
.box ul { margin: .25rem 0 0; padding-left: 1.25rem; }
.bad { background: var(--bad-soft); border-color: var(--bad); }
.bad h2, .bad a, .error { color: var(--bad); }
.warn { background: var(--warn-soft); border-color: var(--warn); }
.warn h2 { color: var(--warn); }
#over:focus { outline: none; }
form { margin-top: .75rem; }
.field { margin-top: 1.25rem; }
.head { display: flex; flex-wrap: wrap; align-items: baseline; gap: .125rem .75rem; justify-content: space-between; }
.key { font-size: .9375rem; font-weight: 650; overflow-wrap: anywhere; }
.badge { color: var(--soft); font-size: .8125rem; }
.error { margin: .25rem 0 0; font-weight: 600; font-size: .9375rem; }
textarea { display: block; width: 100%; margin-top: .375rem; padding: .625rem .75rem; min-height: 2.875rem; max-height: 16rem;
  font-size: 1rem; line-height: 1.5; color: var(--text); background: var(--field); border: 1px solid var(--line);
  border-radius: 10px; resize: vertical; field-sizing: content; overflow-wrap: anywhere; -webkit-text-security: disc; }
textarea:focus-visible { outline-offset: 0; border-color: var(--mark); }
textarea[aria-invalid=true] { border: 2px solid var(--bad); }
.field:has(.reveal:checked) textarea { -webkit-text-security: none; }
@supports not (-webkit-text-security: disc) {
  textarea { color: transparent; text-shadow: 0 0 9px var(--text); caret-color: var(--text); }
  .field:has(.reveal:checked) textarea { color: var(--text); text-shadow: none; }
}
.foot { display: flex; gap: .25rem 1rem; justify-content: space-between; align-items: flex-start; min-height: 2rem; }
.note { margin: .375rem 0 0; color: var(--soft); font-size: .8125rem; }
.careful { color: var(--warn); font-weight: 600; }
.show { display: inline-flex; gap: .5rem; align-items: center; flex: none; margin-left: auto; padding: .25rem 0;
  font-size: .9375rem; min-height: 2rem; cursor: pointer; }
.show input { width: 1.125rem; height: 1.125rem; margin: 0; accent-color: var(--mark); }
button { font: inherit; font-weight: 650; width: 100%; min-height: 3rem; margin-top: 1.5rem; padding: .625rem 1.5rem;
  border: 1px solid transparent; border-radius: 10px; background: var(--mark); color: var(--on-mark); cursor: pointer; }
button:hover { filter: brightness(1.08); }
button:disabled { opacity: .6; cursor: progress; }
.fine { margin: 1.25rem 0 0; padding: 0; list-style: none; color: var(--soft); font-size: .875rem; display: grid; gap: .5rem; }
.keys + p { margin-top: 1rem; }
.mark { display: grid; place-items: center; width: 3rem; height: 3rem; border-radius: 50%; margin-bottom: 1rem;
  background: var(--mark-soft); color: var(--mark); }
.done .mark { background: var(--good-soft); color: var(--good); }
.over .mark { background: var(--warn-soft); color: var(--warn); }
.refused .mark { background: var(--bad-soft); color: var(--bad); }
.keys { list-style: none; margin: 1rem 0 0; padding: 0; border: 1px solid var(--edge); border-radius: 10px; }
.keys li { padding: .5rem .875rem; font: 600 .9375rem/1.5 var(--mono); overflow-wrap: anywhere; }
.keys li + li { border-top: 1px solid var(--edge); }
pre { margin: .5rem 0 0; padding: .75rem 1rem; border: 1px solid var(--edge); border-radius: 10px; background: var(--ground);
  font-size: .875rem; white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; }
.unseen { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
[hidden] { display: none !important; }
@media (max-width: 40rem) {
  body { background: var(--card); padding: 0; }
  main { border: 0; border-radius: 0; box-shadow: none; }
  .facts { grid-template-columns: 1fr; gap: 0; }
  .facts dd + dt { margin-top: .5rem; }
}
@media (forced-colors: active) { button, .mark, .box { border: 1px solid; } }
@media print { textarea { visibility: hidden; } }
`;
