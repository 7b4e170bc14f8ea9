import type { RuntimeKeys } from "../declare/runtime_keys.ts";
import type { Finding } from "../finding.ts";
import { suggest } from "../suggest.ts";
import type { Use } from "./code/uses.ts";

/** What the code may ask the platform for. */
export interface DeclaredNames {
  /** Null: `runtime.ts` could not be read. */
  keys: RuntimeKeys | null;
  /** Null: `storage_schema.ts` could not be read. */
  buckets: { name: string; exportName: string }[] | null;
  /** How messages name the two files. */
  runtimeFile: string;
  storageFile: string;
}

/** Keys and buckets that the code uses and nobody declares; what cannot be told is an `info`. */
export function codeFindings(uses: Use[], declared: DeclaredNames): Finding[] {
  return uses.flatMap((use) =>
    use.kind === "bucket" ? bucketFindings(use, declared) : keyFindings(use, use.kind, declared)
  );
}

const KINDS = {
  var: { list: "vars", type: "VarKey", call: "vars.get", other: "secret" },
  secret: { list: "secrets", type: "SecretKey", call: "secret.get", other: "var" },
} as const;

function keyFindings(use: Use, kind: "var" | "secret", declared: DeclaredNames): Finding[] {
  const { keys, runtimeFile } = declared;
  const { list, type, call, other } = KINDS[kind];
  const code = kind.toUpperCase();
  if (use.names === null) {
    return [at(
      use,
      "RUNTIME_KEY_COMPUTED",
      "info",
      `The key of this \`${call}\` is computed: which keys it asks for is not known`,
      null,
    )];
  }
  if (keys === null) return [];
  return use.names.filter((key) => !keys[list].includes(key)).map((key) => {
    if (keys[KINDS[other].list].includes(key)) {
      return at(
        use,
        `${code}_IS_${other.toUpperCase()}`,
        "error",
        `\`${key}\` is declared as a ${other}, and read by \`${call}\``,
        `Read it by \`${KINDS[other].call}("${key}")\``,
      );
    }
    const near = suggest(key, keys[list]);
    return at(
      use,
      `${code}_UNDECLARED`,
      "error",
      `The ${kind} \`${key}\` is used and not declared`,
      near
        ? `Did you mean \`${near}\`? Else add "${key}" to \`${type}\` in \`${runtimeFile}\``
        : `Add "${key}" to \`${type}\` in \`${runtimeFile}\``,
    );
  });
}

function bucketFindings(use: Use, { buckets, storageFile }: DeclaredNames): Finding[] {
  if (use.exportName !== null) {
    const name = use.exportName;
    if (buckets === null || buckets.some(({ exportName }) => exportName === name)) return [];
    const near = suggest(name, buckets.map(({ exportName }) => exportName));
    const example =
      `export const ${name}: BucketDef<"name"> = { bucket_name: "name", description: "..." }`;
    return [undeclaredBucket(
      use,
      `\`${storageFile}\` exports no bucket \`${name}\``,
      (near ? `Did you mean \`${near}\`? Else add` : "Add") + ` \`${example}\` to it`,
    )];
  }
  if (use.names === null) {
    return [at(
      use,
      "BUCKET_COMPUTED",
      "info",
      "The bucket here is computed: which one it is is not known",
      null,
    )];
  }
  if (buckets === null) return [];
  const known = buckets.map(({ name }) => name);
  return use.names.filter((name) => !known.includes(name)).map((name) => {
    const near = suggest(name, known);
    return undeclaredBucket(
      use,
      `The bucket \`${name}\` is used and not declared`,
      (near ? `Did you mean \`${near}\`? Else declare` : "Declare") +
        ` it in \`${storageFile}\` and use it as \`buckets.<name>\``,
    );
  });
}

function undeclaredBucket(use: Use, message: string, fix: string): Finding {
  return at(use, "BUCKET_UNDECLARED", "error", message, fix);
}

function at(
  { file, line }: Use,
  code: string,
  severity: Finding["severity"],
  message: string,
  fix: string | null,
): Finding {
  return { code, severity, file, line, message, fix };
}
