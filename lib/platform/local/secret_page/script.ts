/**
 * What the page does besides being a form; it works without. It counts what was pasted, so that a
 * masked value can be told from half of one, counts down, and takes typed values off a page that has
 * expired or is left. It has no way to send anything: the policy allows no connection.
 */
export const SCRIPT = `"use strict";
const form = document.querySelector("form");
const limit = Number(form.dataset.limit);
const until = Date.now() + Number(form.dataset.left) * 1000;
const one = (count, word) => count + " " + word + (count === 1 ? "" : "s");
const say = (node, text) => { if (node.textContent !== text) node.textContent = text; };

function describe(value) {
  const careful = [];
  if (value === "") return ["", careful];
  const kept = value.replace(/\\n+$/, "");
  const text = kept.includes("\\n") ? value : kept;
  if (text === "") return ["", ["Only line breaks"]];
  const lines = kept.split("\\n").length;
  const size = (lines > 1 ? one(lines, "line") + ", " : "") + one([...text].length, "character");
  if (text !== text.trim() && /^[ \\t]|[ \\t]$/.test(text)) careful.push("starts or ends with a space");
  if (/[\\u00a0\\u200b-\\u200f\\u2028-\\u202e\\u2060\\ufeff]/.test(text)) careful.push("has invisible characters");
  if (text.includes("\\ufffd")) careful.push("has characters that did not survive copying");
  return [size, careful];
}

for (const area of form.querySelectorAll("textarea")) {
  const note = document.getElementById(area.dataset.note);
  let timer;
  area.addEventListener("input", () => {
    const size = new TextEncoder().encode(area.value).length;
    area.setCustomValidity(
      size > limit ? "At most " + limit / 1024 + " KB" : /^\\n+$/.test(area.value) ? "Enter a value" : "",
    );
    area.removeAttribute("aria-invalid");
    clearTimeout(timer);
    timer = setTimeout(() => {
      const [size, careful] = describe(area.value);
      say(note, [size, ...careful].filter(Boolean).join("; "));
      note.classList.toggle("careful", careful.length > 0);
    }, 250);
  });
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
}

const button = form.querySelector("button");
const label = button.textContent;
form.addEventListener("submit", () => {
  button.disabled = true;
  say(button, "Saving");
});
addEventListener("pagehide", () => form.reset());
addEventListener("pageshow", () => {
  button.disabled = false;
  say(button, label);
});

const time = document.querySelector("time");
say(time, new Date(until).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }));
const left = document.getElementById("left");
const soon = document.getElementById("soon");
const tick = setInterval(count, 1000);
addEventListener("visibilitychange", count);
count();

function count() {
  const seconds = Math.ceil((until - Date.now()) / 1000);
  if (form.hidden) return;
  if (seconds <= 0) return expire();
  say(left, "(" + (seconds > 90 ? Math.round(seconds / 60) + " min" : seconds + " s") + " left)");
  if (seconds <= 60) say(soon, "Less than a minute left");
}

function expire() {
  clearInterval(tick);
  form.reset();
  form.hidden = true;
  for (const node of document.querySelectorAll("[data-waiting]")) node.hidden = true;
  document.title = "Expired";
  const over = document.getElementById("over");
  over.hidden = false;
  over.focus();
}
`;
