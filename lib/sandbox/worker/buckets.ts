/** The exports that look like bucket declarations, as they are; the parent validates them. */
export function readBuckets(exports: Record<string, unknown>): unknown {
  return Object.entries(exports).flatMap(([exportName, value]) => {
    if (typeof value !== "object" || value === null || !("bucket_name" in value)) return [];
    const { bucket_name: name, description } = value as {
      bucket_name: unknown;
      description?: unknown;
    };
    return [{ exportName, name, description: description ?? "" }];
  });
}
