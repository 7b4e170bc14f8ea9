import type { Node, ObjectExpression } from "@babel/types";
import type { CodeModule } from "./module.ts";
import type { Scope } from "./scope.ts";

/** The members of the platform's module that `check` follows. */
export type SdkName = "vars" | "secret" | "storage";

/** What is known of a value without running anything; null: nothing. */
export type Value =
  /** The module `edgespark`. */
  | { kind: "sdk module" }
  | { kind: "sdk"; name: SdkName }
  | { kind: "method"; of: SdkName; name: string }
  /** `vars.get.bind`. */
  | { kind: "bind"; method: Value }
  | { kind: "promise"; value: Value }
  /** One of these texts. */
  | { kind: "texts"; texts: string[] }
  | { kind: "object"; node: ObjectExpression; module: CodeModule; scope: Scope }
  | { kind: "list"; elements: Value[] }
  | { kind: "namespace"; module: CodeModule }
  /** A member that a module of the project does not export. */
  | { kind: "missing"; module: CodeModule; name: string }
  /** An export of `storage_schema.ts`. */
  | { kind: "bucket"; name: string }
  /** What `storage.parseS3Uri` gives, and the bucket in it. */
  | { kind: "parsed uri" }
  | { kind: "any bucket" }
  | null;

/** What `await` gives. */
export function settled(value: Value): Value {
  return value?.kind === "promise" ? value.value : value;
}

/** What a call gives. */
export function called(callee: Value): Value {
  if (callee?.kind === "bind") return callee.method;
  if (callee?.kind !== "method" || callee.of !== "storage") return null;
  return ["parseS3Uri", "tryParseS3Uri"].includes(callee.name) ? { kind: "parsed uri" } : null;
}

/** One of two values; only texts can be both. */
export function either(one: Value, other: Value): Value {
  if (one?.kind === "texts" && other?.kind === "texts") {
    return { kind: "texts", texts: [...new Set([...one.texts, ...other.texts])] };
  }
  const isText = one?.kind === "texts" || other?.kind === "texts";
  return isText ? null : one ?? other;
}

/** Any element of a list. */
export function anyOf(value: Value): Value {
  if (value?.kind !== "list") return null;
  return value.elements.length === 0 ? null : value.elements.reduce(either);
}

/** The texts of `"A" | "B"`. */
export function textsOfType(type: Node): Value {
  const members = type.type === "TSUnionType" ? type.types : [type];
  const texts = members.map((member) =>
    member.type === "TSLiteralType" && member.literal.type === "StringLiteral"
      ? member.literal.value
      : null
  );
  return texts.every((text) => text !== null) ? { kind: "texts", texts } : null;
}
