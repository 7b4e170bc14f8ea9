import type { Node } from "@babel/types";
import type { CodeModule } from "./module.ts";
import { findExport, isWhollyKnown, type Origin, type Program, resolveModule } from "./program.ts";
import { type Binding, keyOf, type Scope, type Source } from "./scope.ts";
import { anyOf, called, either, type SdkName, settled, textsOfType, type Value } from "./value.ts";

const SDK_NAMES: readonly string[] = ["vars", "secret", "storage"] satisfies SdkName[];
/** How far names are followed; also what ends re-exports in a circle. */
const DEPTH = 200;

/** Tells what an expression is worth, as far as the code says it. */
export class Values {
  readonly #program: Program;
  readonly #storage: string;
  #depth = 0;

  /** @param storage the absolute path of `storage_schema.ts` */
  constructor(program: Program, storage: string) {
    this.#program = program;
    this.#storage = storage;
  }

  of(node: Node, scope: Scope, module: CodeModule): Value {
    return this.#followed(() => this.#of(node, scope, module));
  }

  #followed(next: () => Value): Value {
    if (this.#depth >= DEPTH) return null;
    this.#depth++;
    try {
      return next();
    } finally {
      this.#depth--;
    }
  }

  #of(node: Node, scope: Scope, module: CodeModule): Value {
    const inner = (expression: Node) => this.of(expression, scope, module);
    switch (node.type) {
      case "TSAsExpression":
      case "TSSatisfiesExpression":
      case "TSNonNullExpression":
      case "TSTypeAssertion":
      case "TSInstantiationExpression":
      case "ParenthesizedExpression":
        return inner(node.expression);
      case "StringLiteral":
        return { kind: "texts", texts: [node.value] };
      case "TemplateLiteral": {
        const text = node.expressions.length === 0 ? node.quasis[0]?.value.cooked : null;
        return text == null ? null : { kind: "texts", texts: [text] };
      }
      case "Identifier":
        return this.#ofBinding(scope.find(node.name), module);
      case "MemberExpression":
      case "OptionalMemberExpression": {
        const key = keyOf(node.property, node.computed);
        const texts = key === null ? inner(node.property) : null;
        const name = key ??
          (texts?.kind === "texts" && texts.texts.length === 1 ? texts.texts[0]! : null);
        return this.member(inner(node.object), name);
      }
      case "AwaitExpression":
        return settled(inner(node.argument));
      case "ImportExpression": {
        const specifier = inner(node.source);
        if (specifier?.kind !== "texts" || specifier.texts.length !== 1) return null;
        return { kind: "promise", value: this.#imported(module, specifier.texts[0]!, "*") };
      }
      case "SequenceExpression":
        return inner(node.expressions.at(-1)!);
      case "ConditionalExpression":
        return either(inner(node.consequent), inner(node.alternate));
      case "LogicalExpression":
        return either(inner(node.left), inner(node.right));
      case "ObjectExpression":
        return { kind: "object", node, module, scope };
      case "ArrayExpression":
        return {
          kind: "list",
          elements: node.elements.map((element) => element && inner(element)),
        };
      case "CallExpression":
      case "OptionalCallExpression":
        if (node.callee.type === "Identifier" && node.callee.name === "require") {
          const specifier = node.arguments[0] ? inner(node.arguments[0]) : null;
          return specifier?.kind === "texts"
            ? this.#imported(module, specifier.texts[0]!, "*")
            : null;
        }
        return called(inner(node.callee));
      default:
        return null;
    }
  }

  /** A member of a value; `name` null: one that cannot be told. */
  member(value: Value, name: string | null): Value {
    if (!value || name === null) return null;
    switch (value.kind) {
      case "sdk module":
        return SDK_NAMES.includes(name) ? { kind: "sdk", name: name as SdkName } : null;
      case "sdk":
        return { kind: "method", of: value.name, name };
      case "method":
        return name === "bind" ? { kind: "bind", method: value } : null;
      case "namespace":
        return this.#exported(value.module, name);
      case "object":
        return this.#property(value, name);
      case "parsed uri":
        return name === "bucket" ? { kind: "any bucket" } : null;
      default:
        return null;
    }
  }

  #ofBinding(binding: Binding | null, module: CodeModule): Value {
    if (!binding) return null;
    if (binding.kind === "import") return this.#imported(module, binding.specifier, binding.name);
    if (binding.kind === "unknown") return binding.type && textsOfType(binding.type);
    // `const a = a.b`, and circles over several names.
    if (binding.visiting) return null;
    binding.visiting = true;
    try {
      return this.#ofSource(binding.source, module);
    } finally {
      binding.visiting = false;
    }
  }

  #ofSource({ node, scope, path, through }: Source, module: CodeModule): Value {
    let value = this.of(node, scope, module);
    if (through === "await") value = settled(value);
    if (through === "each") value = anyOf(value);
    for (const key of path) value = this.member(value, key);
    return value;
  }

  #property({ node, module, scope }: Extract<Value, { kind: "object" }>, name: string): Value {
    for (const property of node.properties.toReversed()) {
      if (property.type === "SpreadElement") {
        const found = this.member(this.of(property.argument, scope, module), name);
        if (found) return found;
      } else if (keyOf(property.key, property.computed) === name) {
        return property.type === "ObjectProperty" ? this.of(property.value, scope, module) : null;
      }
    }
    return null;
  }

  #imported(from: CodeModule, specifier: string, name: string): Value {
    if (specifier === "edgespark") {
      return name === "*" ? { kind: "sdk module" } : this.member({ kind: "sdk module" }, name);
    }
    const module = resolveModule(this.#program, from, specifier);
    if (!module) return null;
    return name === "*" ? { kind: "namespace", module } : this.#exported(module, name);
  }

  #exported(module: CodeModule, name: string): Value {
    const origin = findExport(this.#program, module, name);
    if (!origin) {
      return isWhollyKnown(this.#program, module) ? { kind: "missing", module, name } : null;
    }
    if (origin.module.path === this.#storage) return { kind: "bucket", name };
    return this.#ofOrigin(origin);
  }

  #ofOrigin({ module, exported }: Origin): Value {
    switch (exported.kind) {
      case "local":
        return this.#ofBinding(module.scope.names.get(exported.name) ?? null, module);
      case "from":
        return this.#followed(() => this.#imported(module, exported.specifier, exported.name));
      case "expression":
        return this.of(exported.node, module.scope, module);
    }
  }
}
