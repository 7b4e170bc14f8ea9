import { BETWEEN, disguises, squeeze } from "./disguises.ts";

/** Values of this length and more are masked wherever they stand. */
const LONG = 6;
/** Shorter ones down to this length only where they stand alone; below it nothing is masked. */
const SHORT = 4;

/** One written form of a secret value. */
interface Form {
  name: string;
  text: string;
  /** Only where no letter or digit stands before or behind it. */
  alone: RegExp | null;
}

/**
 * Replaces every secret value in a text by `[secret NAME]`: as it is, and as JSON, percent-encoding,
 * base64 and hex would write it (disguises.ts), also when spaces, quotes or line breaks were put into
 * it, as printing it in several arguments does.
 *
 * Values of six and more characters are masked wherever they stand; of four or five only where they
 * stand alone, since they would take harmless words apart; shorter ones are not masked.
 */
export class Masker {
  #forms: Form[] = [];
  #squeezed: { name: string; text: string; spread: RegExp }[] = [];
  readonly #known = new Set<string>();

  constructor(secrets: Record<string, string> = {}) {
    this.learn(secrets);
  }

  /** More values to mask. Old ones stay: code that still holds a value may still print it. */
  learn(secrets: Record<string, string>): void {
    for (const [name, value] of Object.entries(secrets)) {
      const key = `${name}\0${value}`;
      if (this.#known.has(key) || value.length < SHORT) continue;
      this.#known.add(key);
      const alone = value.length < LONG;
      for (const text of alone ? [value] : disguises(value)) {
        this.#forms.push({ name, text, alone: alone ? standingAlone(text) : null });
      }
      const compact = squeeze(value);
      if (!alone && compact.length >= LONG) {
        this.#squeezed.push({ name, text: compact, spread: spreadOut(compact) });
      }
    }
    // A form that contains another one goes first.
    this.#forms.sort((one, other) => other.text.length - one.text.length);
    this.#squeezed.sort((one, other) => other.text.length - one.text.length);
  }

  /** The text without secret values. */
  mask(text: string): string {
    if (this.#forms.length === 0) return text;
    for (const { name, text: form, alone } of this.#forms) {
      if (!text.includes(form)) continue;
      const label = `[secret ${name}]`;
      text = alone ? text.replace(alone, () => label) : text.replaceAll(form, () => label);
    }
    if (this.#squeezed.length === 0) return text;
    const compact = squeeze(text);
    if (compact.length === text.length) return text;
    for (const { name, text: value, spread } of this.#squeezed) {
      if (compact.includes(value)) text = text.replace(spread, () => `[secret ${name}]`);
    }
    return text;
  }
}

function standingAlone(text: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped(text)}(?![\\p{L}\\p{N}])`, "gu");
}

/** Finds a value whose characters may have what `squeeze` takes out between them. */
function spreadOut(text: string): RegExp {
  return new RegExp([...text].map(escaped).join(`${BETWEEN}*`), "gu");
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
