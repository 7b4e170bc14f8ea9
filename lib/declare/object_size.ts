import { Failure } from "../failure.ts";
import type { Platform } from "../platform/platform.ts";
import type { ObjectAddress } from "./object_address.ts";

/**
 * How large an object is, or null: there is none. A damaged one is there, so that it can be replaced and
 * removed; nobody knows its size, which counts as 0.
 */
export async function sizeOfObject(
  platform: Platform,
  { bucket, key }: ObjectAddress,
): Promise<number | null> {
  try {
    return (await platform.objects.head(bucket, key))?.size ?? null;
  } catch (error) {
    if (error instanceof Failure && error.code === "OBJECT_DAMAGED") return 0;
    throw error;
  }
}
