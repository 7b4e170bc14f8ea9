import type { CallExpression, Node, OptionalCallExpression } from "@babel/types";
import type { Scope } from "./scope.ts";

/** An import or re-export as it stands in a file. */
export interface ImportedModule {
  specifier: string;
  /** From 1. */
  line: number;
}

/** One name that a file exports. */
export type Exported =
  /** A name of its own scope. */
  | { kind: "local"; name: string; type: boolean }
  /** A name of another module; "*": its namespace. */
  | { kind: "from"; specifier: string; name: string; type: boolean }
  /** An expression: `export default ...`. */
  | { kind: "expression"; node: Node };

/** A call, and where its names are looked up. */
export interface Call {
  node: CallExpression | OptionalCallExpression;
  scope: Scope;
}

/** A file of the project as far as `check` understands it. */
export interface CodeModule {
  /** Relative to the project root, with forward slashes. */
  file: string;
  /** Absolute. */
  path: string;
  scope: Scope;
  imports: ImportedModule[];
  exports: Map<string, Exported>;
  /** `export * from ...`. */
  stars: string[];
  /** Every call in it. */
  calls: Call[];
}
