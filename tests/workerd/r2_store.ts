import type {
  HttpMetadata,
  ObjectHead,
  ObjectStore,
} from "../../lib/runtime/storage/object_store.ts";

/** What is used of R2's binding (https://developers.cloudflare.com/r2/api/workers/workers-api-reference/). */
export interface R2 {
  put(
    key: string,
    body: Uint8Array | ReadableStream<Uint8Array>,
    options: { httpMetadata: HttpMetadata },
  ): Promise<unknown>;
  get(
    key: string,
    options?: { range: { offset: number; length: number } },
  ): Promise<R2Object & { body: ReadableStream<Uint8Array<ArrayBuffer>> } | null>;
  head(key: string): Promise<R2Object | null>;
  list(
    options: { prefix: string; limit: number; delimiter?: string; startAfter?: string },
  ): Promise<{ objects: R2Object[]; delimitedPrefixes: string[]; truncated: boolean }>;
  delete(keys: string[]): Promise<void>;
}

interface R2Object {
  key: string;
  size: number;
  uploaded: Date;
  etag: string;
  httpMetadata?: HttpMetadata;
}

/** The runtime's object store over one R2 bucket: the app's buckets are its first folders. */
export function r2Store(r2: R2): ObjectStore {
  const name = (bucket: string, key: string) => `${bucket}/${key}`;
  const bare = (bucket: string, key: string) => key.slice(bucket.length + 1);
  const headOf = (key: string, found: R2Object): ObjectHead => ({
    key,
    size: found.size,
    uploadedAt: found.uploaded,
    metadata: found.httpMetadata ?? {},
    etag: found.etag,
  });
  return {
    async put(bucket, key, body, metadata) {
      // R2 wants to know the length of a stream; tests send little.
      const bytes = body instanceof Uint8Array
        ? body
        : await new Response(body as BodyInit).bytes();
      await r2.put(name(bucket, key), bytes, { httpMetadata: metadata });
    },
    async open(bucket, key) {
      const found = await r2.head(name(bucket, key));
      if (!found) return null;
      const read = async (range?: { start: number; end: number }) =>
        (await r2.get(
          name(bucket, key),
          range && { range: { offset: range.start, length: range.end - range.start } },
        ))!.body;
      return {
        ...headOf(key, found),
        stream(range) {
          const through = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>();
          read(range).then((body) => body.pipeTo(through.writable)).catch(() => {});
          return through.readable;
        },
        bytes: async () => await new Response(await read()).bytes(),
        cancel() {},
      };
    },
    async head(bucket, key) {
      const found = await r2.head(name(bucket, key));
      return found && headOf(key, found);
    },
    async list(bucket, { prefix, delimiter, after, limit }) {
      const page = await r2.list({
        prefix: name(bucket, prefix),
        limit,
        ...delimiter !== null && { delimiter },
        ...after !== null && { startAfter: name(bucket, after) },
      });
      const objects = page.objects.map(({ key, size, uploaded }) => ({
        key: bare(bucket, key),
        size,
        uploadedAt: uploaded,
      }));
      const prefixes = page.delimitedPrefixes.map((it) => bare(bucket, it));
      const last = [...objects.map(({ key }) => key), ...prefixes].sort().at(-1);
      return { objects, prefixes, next: page.truncated ? last ?? null : null };
    },
    async delete(bucket, keys) {
      await r2.delete(keys.map((key) => name(bucket, key)));
    },
  };
}
