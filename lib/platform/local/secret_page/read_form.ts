/** Largest value, bytes of UTF-8. */
export const LARGEST_VALUE = 64 * 1024;

/** Why a form cannot be taken. Reasons never repeat a value. */
export interface FormProblem {
  status: 400 | 413 | 415 | 500;
  problem: string;
  /** The field it is about, if it is about one. */
  key: string | null;
}

/** Reads the posted form: every key once, each with a value; nothing beyond the limit is held in memory. */
export async function readForm(
  request: Request,
  keys: string[],
): Promise<{ values: Record<string, string> } | FormProblem> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return problem(415, "The values must come from the form of this page");
  }
  // A byte may take three characters in a form.
  const body = await readLimited(request, keys.length * (LARGEST_VALUE * 3 + 256));
  if (body === null) return problem(413, tooLarge("A value"));
  const form = new URLSearchParams(body);
  const values: Record<string, string> = {};
  for (const key of keys) {
    const [text, second] = form.getAll(key);
    if (second !== undefined) return problem(400, `${key} came twice`, key);
    const value = asTyped(text ?? "");
    if (value === "") return problem(400, `Enter a value for ${key}`, key);
    // What is not UTF-8 arrives as this character; so does what was broken before it was copied.
    if (value.includes("\ufffd")) {
      return problem(400, `${key} has characters that did not survive copying`, key);
    }
    if (new TextEncoder().encode(value).length > LARGEST_VALUE) {
      return problem(413, tooLarge(key), key);
    }
    values[key] = value;
  }
  return { values };
}

/**
 * Undoes what forms and pasting add: browsers send every line break as CR LF, and a copied line often
 * ends with one. A value of several lines keeps its last line break, which belongs to it.
 */
function asTyped(text: string): string {
  const lines = text.replace(/\r\n?/g, "\n");
  const line = lines.replace(/\n+$/, "");
  return line.includes("\n") ? lines : line;
}

function problem(
  status: FormProblem["status"],
  text: string,
  key: string | null = null,
): FormProblem {
  return { status, problem: text, key };
}

function tooLarge(what: string): string {
  return `${what} is larger than ${LARGEST_VALUE / 1024} KB`;
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
