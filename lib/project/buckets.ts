import { join, relative } from "@std/path";
import { bundleDeclarations } from "../bundle/user_modules.ts";
import { Failure } from "../failure.ts";
import type { System } from "../ports/system.ts";
import { openBox } from "../sandbox/box.ts";
import { isRecord } from "../sandbox/answer.ts";
import { evaluate, noAnswer } from "../sandbox/evaluate.ts";
import { decode, type Project } from "./project.ts";

/** A bucket as `storage_schema.ts` declares it; names and descriptions are judged elsewhere. */
export interface DeclaredBucket {
  exportName: string;
  name: string;
  description: string;
  /** The file that exports it, relative to the root. */
  file: string;
}

/**
 * Evaluates `defs/storage_schema.ts` in the sandbox. A project without that file has no buckets.
 *
 * @throws Failure BUCKETS_THREW, FILE_UNREADABLE (failed), NOT_UTF8 (config), BUCKET_INVALID (config)
 * when a name or a description is no text; the codes of `evaluate` and of `bundleDeclarations` (failed).
 */
export async function readBuckets(system: System, project: Project): Promise<DeclaredBucket[]> {
  const path = join(project.defs, "storage_schema.ts");
  const bytes = await system.files.read(path);
  if (!bytes) return [];
  const file = relative(project.root, path).replaceAll("\\", "/");
  decode(bytes, file);
  const box = openBox(system);
  try {
    const entry = 'export * from "./storage_schema";';
    const modules = await bundleDeclarations(system, project, entry);
    const value = await evaluate(system, box, {
      job: { kind: "buckets", code: modules.code, builtins: modules.builtins },
      file,
      root: project.root,
      threw: "BUCKETS_THREW",
      invalid: "BUCKET_INVALID",
      place: modules.place,
    });
    if (!Array.isArray(value)) throw noAnswer({ file }, "the answer is not a list of buckets");
    return value.map((bucket) => bucketOf(bucket, file));
  } finally {
    // Where bundling failed, the box waits for a job that never comes.
    await box.close();
  }
}

function bucketOf(value: unknown, file: string): DeclaredBucket {
  if (!isRecord(value) || typeof value.exportName !== "string") {
    throw noAnswer({ file }, "the answer is not a list of buckets");
  }
  const { exportName, name, description } = value;
  if (typeof name === "string" && typeof description === "string") {
    return { exportName, name, description, file };
  }
  const member = typeof name === "string" ? "description" : "bucket_name";
  throw new Failure(
    "config",
    "BUCKET_INVALID",
    `\`${member}\` of the bucket \`${exportName}\` in \`${file}\` is not text`,
    {
      hint:
        `Write it as \`${exportName}: BucketDef<"name"> = { bucket_name: "name", description: "..." }\``,
      details: { file, bucket: exportName },
    },
  );
}
