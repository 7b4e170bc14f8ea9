import type { Node } from "@babel/types";

/** How a name came to its value: the expression, and the way from there to the name. */
export interface Source {
  node: Node;
  /** Where the names in `node` are looked up. */
  scope: Scope;
  /** The members of a destructured value, outermost first; null: one that cannot be told. */
  path: (string | null)[];
  /** What happens to the value of `node` before the path is followed. */
  through?: "await" | "each";
}

/** What a name stands for in a scope. */
export type Binding =
  | { kind: "value"; source: Source; visiting?: boolean }
  | { kind: "import"; specifier: string; /** "*": the namespace. */ name: string }
  /** A parameter or the like; its type may name the texts that it can be. */
  | { kind: "unknown"; type: Node | null };

/** The names of a block, function or module. */
export class Scope {
  readonly names = new Map<string, Binding>();
  readonly parent: Scope | null;
  readonly #isFunction: boolean;

  constructor(parent: Scope | null, isFunction: boolean) {
    this.parent = parent;
    this.#isFunction = isFunction;
  }

  /** Where the name is declared, from here outwards. */
  find(name: string): Binding | null {
    return this.names.get(name) ?? this.parent?.find(name) ?? null;
  }

  /** The scope that a `var` in this one belongs to. */
  get ofVar(): Scope {
    return this.#isFunction || !this.parent ? this : this.parent.ofVar;
  }
}

/** Declares every name of a pattern: `a`, `{ a: { b } }`, `[a, ...b]`, `a = 1`. */
export function declare(pattern: Node, scope: Scope, source: Source | null): void {
  switch (pattern.type) {
    case "Identifier": {
      const type = pattern.typeAnnotation?.type === "TSTypeAnnotation"
        ? pattern.typeAnnotation.typeAnnotation
        : null;
      scope.names.set(
        pattern.name,
        source ? { kind: "value", source } : { kind: "unknown", type },
      );
      break;
    }
    case "ObjectPattern":
      for (const property of pattern.properties) {
        if (property.type === "RestElement") declare(property.argument, scope, source);
        else declare(property.value, scope, into(source, keyOf(property.key, property.computed)));
      }
      break;
    case "ArrayPattern":
      for (const element of pattern.elements) {
        if (element) declare(element, scope, into(source, null));
      }
      break;
    case "AssignmentPattern":
      declare(pattern.left, scope, source ?? { node: pattern.right, scope, path: [] });
      break;
    case "RestElement":
      declare(pattern.argument, scope, into(source, null));
      break;
    case "TSParameterProperty":
      declare(pattern.parameter, scope, source);
      break;
  }
}

function into(source: Source | null, key: string | null): Source | null {
  return source && { ...source, path: [...source.path, key] };
}

/** The name that a property or member goes by; null when it is computed from anything but a text. */
export function keyOf(key: Node, computed: boolean): string | null {
  if (key.type === "StringLiteral") return key.value;
  if (key.type === "Identifier" && !computed) return key.name;
  if (key.type === "TemplateLiteral" && key.expressions.length === 0) {
    return key.quasis[0]?.value.cooked ?? null;
  }
  return null;
}
