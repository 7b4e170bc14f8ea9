import type { ObjectPage, ObjectStore } from "../../../runtime/storage/object_store.ts";
import type { BucketIndex } from "./object_index.ts";

/**
 * One page of a bucket by prefix and delimiter. Keys that a common prefix stands for are jumped over,
 * not read: a page costs at most one look into the index for each of its items.
 */
export async function pageOf(
  index: BucketIndex,
  { prefix, delimiter, after, limit }: Parameters<ObjectStore["list"]>[1],
): Promise<ObjectPage> {
  const page: ObjectPage = { objects: [], prefixes: [], next: null };
  const end = prefix === "" ? null : beyond(prefix);
  const group = (key: string) => {
    const at = delimiter === null ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? null : key.slice(0, at + delimiter!.length);
  };
  let from = encode(prefix), isAfter = false;
  if (after !== null && after.startsWith(prefix)) {
    const last = group(after);
    [from, isAfter] = last === null ? [encode(after), true] : [beyond(last), false];
  } else if (after !== null && after > prefix) {
    return page;
  }
  for (let last: string | null = null;;) {
    const left = limit - page.objects.length - page.prefixes.length;
    // One more than fits tells whether there is another page.
    const objects = await index.range(from, isAfter, end, left + 1);
    let jumped = false;
    for (const { key, size, at } of objects) {
      if (page.objects.length + page.prefixes.length === limit) return { ...page, next: last };
      const prefixed = group(key);
      last = prefixed ?? key;
      if (prefixed === null) page.objects.push({ key, size, uploadedAt: new Date(at) });
      else {
        page.prefixes.push(prefixed);
        [from, isAfter, jumped] = [beyond(prefixed), false, true];
        break;
      }
    }
    if (!jumped) return page;
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** The first bytes that sort after everything that begins with `prefix`; UTF-8 has no byte 255. */
function beyond(prefix: string): Uint8Array {
  const bytes = encode(prefix);
  bytes[bytes.length - 1]!++;
  return bytes;
}
