import type { Call, CodeModule } from "./module.ts";
import type { Program } from "./program.ts";
import type { SdkName, Value } from "./value.ts";
import { Values } from "./values.ts";

/** A place in the code that asks the platform for something by name. */
export interface Use {
  kind: "var" | "secret" | "bucket";
  /** The keys or bucket names that it may mean; null: they cannot be told without running the code. */
  names: string[] | null;
  /** A bucket by the export of `storage_schema.ts` instead of by name. */
  exportName: string | null;
  file: string;
  line: number;
}

/** Methods of `storage` whose first argument is a bucket, and those where it is an `s3://` URI. */
const TAKES_BUCKET = new Set(["from", "createS3Uri"]);
const TAKES_URI = new Set(["parseS3Uri", "tryParseS3Uri", "isS3Uri"]);

/**
 * Finds each `vars.get`, `secret.get`, `storage.from` and the like in the modules, whatever they are
 * called there: aliases, namespaces, destructuring, dynamic imports, re-exports.
 *
 * @param storage the absolute path of `storage_schema.ts`
 */
export function findUses(program: Program, storage: string): Use[] {
  const values = new Values(program, storage);
  const uses: Use[] = [];
  for (const module of program.modules.values()) {
    for (const call of module.calls) {
      const use = useOf(call, module, values);
      if (use) uses.push(use);
    }
  }
  return uses;
}

function useOf({ node, scope }: Call, module: CodeModule, values: Values): Use | null {
  const callee = values.of(node.callee, scope, module);
  if (callee?.kind !== "method") return null;
  const argument = node.arguments[0];
  const value = argument ? values.of(argument, scope, module) : null;
  const place = { file: module.file, line: node.loc?.start.line ?? 1 };
  const found = (kind: Use["kind"], names: string[] | null, exportName: string | null = null) => ({
    kind,
    names,
    exportName,
    ...place,
  });
  if (isKeyed(callee.of)) {
    if (callee.name !== "get") return null;
    const kind = callee.of === "vars" ? "var" : "secret";
    return found(kind, value?.kind === "texts" ? value.texts : null);
  }
  if (TAKES_URI.has(callee.name)) {
    const names = bucketsInUris(value);
    return names && found("bucket", names);
  }
  if (!TAKES_BUCKET.has(callee.name) || value?.kind === "any bucket") return null;
  if (value?.kind === "bucket" || value?.kind === "missing") {
    return found("bucket", null, value.name);
  }
  const name = values.member(value, "bucket_name");
  return found("bucket", name?.kind === "texts" ? name.texts : null);
}

function isKeyed(name: SdkName): boolean {
  return name !== "storage";
}

function bucketsInUris(value: Value): string[] | null {
  if (value?.kind !== "texts") return null;
  const names = value.texts.flatMap((text) => /^s3:\/\/([^/]+)\//.exec(text)?.[1] ?? []);
  return names.length > 0 ? names : null;
}
