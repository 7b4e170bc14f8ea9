import { escape, type PageDocument } from "./document.ts";

const ICONS = {
  done: `<path d="m5 12.5 4.5 4.5L19 7.5"/>`,
  over: `<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3 2"/>`,
  refused: `<path d="m7 7 10 10M17 7 7 17"/>`,
};

/** A page to read only. All texts are plain. */
export interface Message {
  status: number;
  kind: keyof typeof ICONS;
  title: string;
  paragraphs: string[];
  keys?: string[];
  /** A command to run, after the paragraphs. */
  command?: string;
}

/** The page for a message. */
export function messagePage(message: Message): PageDocument {
  const { status, title } = message;
  return { status, title, body: messageBody(message), left: null };
}

/** What of the page is the message. */
export function messageBody(message: Omit<Message, "status">): string {
  const { kind, title, paragraphs, keys, command } = message;
  return `<div class="${kind}">
<div class="mark"><svg width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"` +
    ` stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${ICONS[kind]}</svg></div>
<h1>${escape(title)}</h1>
${keys ? `<ul class="keys">${keys.map((key) => `<li>${escape(key)}</li>`).join("")}</ul>\n` : ""}${
      paragraphs.map((text) => `<p>${escape(text)}</p>`).join("\n")
    }
${command ? `<pre>${escape(command)}</pre>\n` : ""}</div>`;
}

/** The values are in the store. */
export function savedMessage(keys: string[], project: string): Message {
  return {
    status: 200,
    kind: "done",
    title: keys.length === 1 ? "Saved" : `Saved ${keys.length} secrets`,
    keys,
    paragraphs: [
      `Sealed for ${project}. A running app has ${keys.length === 1 ? "it" : "them"} at once.`,
      "You can close this page and go back to where you were asked.",
    ],
  };
}

/** Somebody comes back to, or second to, a page whose values are in the store. */
export function usedMessage(keys: string[], storedAt: number): Message {
  return {
    status: 410,
    kind: "over",
    title: "Already used",
    keys,
    paragraphs: [
      `Stored at ${clock(storedAt)}. This address worked once and is closed now.`,
      "If it was not you who entered the values, or to change one, run:",
    ],
    command: `edgespark secret set ${keys.join(" ")}`,
  };
}

/** The time is up. */
export function expiredMessage(keys: string[], expiresAt: number): Message {
  return {
    status: 410,
    kind: "over",
    title: "Expired",
    paragraphs: [`This page closed at ${clock(expiresAt)}; nothing was stored. For a new one run:`],
    command: `edgespark secret set ${keys.join(" ")}`,
  };
}

export const STORING: Message = {
  status: 409,
  kind: "over",
  title: "One moment",
  paragraphs: ["The values are being stored by another tab."],
};

export const WRONG_PLACE: Message = {
  status: 403,
  kind: "refused",
  title: "Refused",
  paragraphs: [
    "This request does not come from the page's own address. Open the address exactly as it was shown.",
    "If the browser reaches this machine by another name, ask for a page with that name:",
  ],
  command: "edgespark secret set <KEY> --public-url <address in the browser>",
};

export const NOT_FOUND: Message = {
  status: 404,
  kind: "refused",
  title: "No such page",
  paragraphs: [
    "The address is incomplete or of an older page. Copy the whole of it, to its last letter.",
  ],
};

export const WRONG_METHOD: Message = {
  status: 405,
  kind: "refused",
  title: "Refused",
  paragraphs: ["This page can be opened and sent, nothing else."],
};

function clock(ms: number): string {
  return `${new Date(ms).toISOString().slice(11, 16)} UTC`;
}
