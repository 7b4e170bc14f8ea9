/** A part of a base64 text shorter than this would fit harmless words. */
const SHORTEST_PART = 8;

/**
 * The forms in which a value may stand in a text, longest first, without repetition: itself; inside
 * JSON and JSON in JSON; percent-encoded and as a form field; base64 (plain and for URLs), also as a
 * part of a longer base64 text such as a `Basic` header; hex.
 */
export function disguises(value: string): string[] {
  const json = inJson(value);
  const forms = [
    value,
    json,
    inJson(json),
    // As `util.inspect` quotes it, which takes the quotes that the value does not have.
    json.replaceAll('\\"', '"'),
    json.replaceAll('\\"', '"').replaceAll("'", "\\'"),
    ...percentEncoded(value),
    ...base64Forms(value),
    ...hexForms(value),
  ];
  return [...new Set(forms)].filter((form) => form.length >= Math.min(value.length, SHORTEST_PART))
    .sort((one, other) => other.length - one.length);
}

/** What stands between values that are printed one after the other, or over several lines. */
export const BETWEEN = "(?:[\\s'\"`+,]|\\\\[nrt])";

const GAPS = new RegExp(`${BETWEEN}+`, "g");

/** A text without what is put between its parts. */
export function squeeze(text: string): string {
  return text.replace(GAPS, "");
}

function inJson(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function percentEncoded(value: string): string[] {
  const whole = encodeURIComponent(value.toWellFormed());
  // Form fields escape these as well, and a space becomes a plus.
  const strict = whole.replace(
    /[!'()*~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const forms = [whole, strict, strict.replaceAll("%20", "+"), encodeURI(value.toWellFormed())];
  const lower = (text: string) => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  return [...forms, ...forms.map(lower)];
}

/**
 * Three bytes make four characters, so a value looks different by where it begins in a longer text;
 * the characters at its ends that it shares with its neighbours are left out.
 */
function base64Forms(value: string): string[] {
  const bytes = new TextEncoder().encode(value);
  const parts = [0, 1, 2].map((before) => {
    const padded = new Uint8Array(before + bytes.length);
    padded.set(bytes, before);
    const first = Math.ceil(before * 8 / 6);
    const last = Math.floor(padded.length * 8 / 6);
    return base64(padded).slice(first, last);
  });
  const forms = [base64(bytes), ...parts].filter((part) => part.length >= SHORTEST_PART);
  const forUrls = (text: string) =>
    text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
  return [...forms, ...forms.map(forUrls)];
}

function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function hexForms(value: string): string[] {
  const hex = Array.from(
    new TextEncoder().encode(value),
    (byte) => byte.toString(16).padStart(2, "0"),
  ).join("");
  return [hex, hex.toUpperCase()];
}
