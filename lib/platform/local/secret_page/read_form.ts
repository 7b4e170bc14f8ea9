/** Largest value, bytes of UTF-8. */
export const LARGEST_VALUE = 64 * 1024;

/** What a form held, or why it cannot be taken. Reasons never repeat a value. */
export type FormResult = { values: Record<string, string> } | {
  status: 400 | 413 | 415;
  problem: string;
};

/** Reads the posted form: every key once, each with a value, nothing beyond the limit is held in memory. */
export async function readForm(request: Request, keys: string[]): Promise<FormResult> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return { status: 415, problem: "The values must come from the form of this page." };
  }
  // A byte may take three characters in a form.
  const body = await readLimited(request, keys.length * (LARGEST_VALUE * 3 + 256));
  if (body === null) return { status: 413, problem: tooLarge("A value") };
  const form = new URLSearchParams(body);
  const values: Record<string, string> = {};
  for (const key of keys) {
    const [text, second] = form.getAll(key);
    if (second !== undefined) return { status: 400, problem: `${key} came twice.` };
    const value = asTyped(text ?? "");
    if (value === "") return { status: 400, problem: `Enter a value for ${key}.` };
    if (new TextEncoder().encode(value).length > LARGEST_VALUE) {
      return { status: 413, problem: tooLarge(key) };
    }
    values[key] = value;
  }
  return { values };
}

/**
 * Undoes what forms and pasting add: browsers send every line break as CR LF, and a copied line often
 * ends with one.
 */
function asTyped(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n");
  const line = lines.replace(/\n+$/, "");
  return line.includes("\n") ? lines : line;
}

function tooLarge(what: string): string {
  return `${what} is larger than ${LARGEST_VALUE / 1024} KB. Nothing was stored.`;
}

async function readLimited(request: Request, limit: number): Promise<string | null> {
  if (Number(request.headers.get("content-length") ?? 0) > limit) return null;
  const decoder = new TextDecoder();
  let text = "";
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > limit) return null;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
