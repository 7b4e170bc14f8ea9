/** Shorter values would mask harmless words. */
const SHORTEST = 6;

/** A function that replaces every secret value in a text by `[secret NAME]`. */
export function createMask(secrets: Record<string, string>): (text: string) => string {
  const found = Object.entries(secrets)
    .filter(([, value]) => value.length >= SHORTEST)
    // A value that contains another one goes first.
    .sort(([, a], [, b]) => b.length - a.length);
  return (text) => {
    for (const [name, value] of found) {
      if (text.includes(value)) text = text.replaceAll(value, () => `[secret ${name}]`);
    }
    return text;
  };
}
