import type { File, Node } from "@babel/types";
import type { CodeModule } from "./module.ts";
import { readImportsAndExports } from "./read_names.ts";
import { declare, Scope, type Source } from "./scope.ts";

/** What is still to be visited: a node, the scope that it lies in, and what its parameters are given. */
interface Visit {
  node: Node;
  scope: Scope;
  given: Source | null;
}

/** Methods that hand each element of a list to their function. */
const EACH = new Set(["map", "forEach", "filter", "flatMap", "some", "every", "find"]);
const NO_CODE = new Set(["loc", "extra", "errors", "comments", "tokens", "start", "end", "range"]);

/** Reads a parsed file once, from top to bottom: its scopes, imports, exports and calls. */
export function readModule(file: string, path: string, ast: File): CodeModule {
  const scope = new Scope(null, true);
  const module: CodeModule = {
    file,
    path,
    scope,
    imports: [],
    exports: new Map(),
    stars: [],
    calls: [],
  };
  // A stack of its own: generated code can be nested deeper than calls can be.
  const stack: Visit[] = [];
  const push = (node: Node, inside: Scope, given: Source | null = null) =>
    stack.push({ node, scope: inside, given });
  for (const statement of ast.program.body.toReversed()) push(statement, scope);
  for (let visit = stack.pop(); visit; visit = stack.pop()) {
    const { node } = visit;
    readImportsAndExports(node, module);
    const inside = scopeOf(node, visit);
    declareNames(node, visit.scope, inside);
    const isCall = node.type === "CallExpression" || node.type === "OptionalCallExpression";
    if (isCall) module.calls.push({ node, scope: inside });
    const given = isCall ? givenTo(node, inside) : null;
    for (const child of childrenOf(node)) {
      push(child, inside, isCall && child === node.arguments[0] ? given : null);
    }
  }
  return module;
}

function scopeOf(node: Node, { scope, given }: Visit): Scope {
  switch (node.type) {
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression":
    case "ObjectMethod":
    case "ClassMethod":
    case "ClassPrivateMethod": {
      const inside = new Scope(scope, true);
      for (const [index, parameter] of node.params.entries()) {
        declare(parameter, inside, index === 0 ? given : null);
      }
      return inside;
    }
    case "BlockStatement":
    case "StaticBlock":
    case "TSModuleBlock":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "SwitchStatement":
    case "CatchClause":
      return new Scope(scope, node.type === "StaticBlock" || node.type === "TSModuleBlock");
    default:
      return scope;
  }
}

function declareNames(node: Node, outer: Scope, inner: Scope): void {
  switch (node.type) {
    case "VariableDeclaration": {
      const scope = node.kind === "var" ? outer.ofVar : outer;
      for (const { id, init } of node.declarations) {
        // The names of a `for (... of ...)` are declared by the loop.
        if (id.type !== "VoidPattern" && !scope.names.has(nameOf(id))) {
          declare(id, scope, init ? { node: init, scope: outer, path: [] } : null);
        }
      }
      break;
    }
    case "ForOfStatement":
      if (node.left.type === "VariableDeclaration") {
        const [first] = node.left.declarations;
        if (first && first.id.type !== "VoidPattern") {
          const scope = node.left.kind === "var" ? inner.ofVar : inner;
          declare(first.id, scope, { node: node.right, scope: outer, path: [], through: "each" });
        }
      }
      break;
    case "FunctionDeclaration":
    case "ClassDeclaration":
    case "TSEnumDeclaration":
      if (node.id) outer.names.set(node.id.name, { kind: "unknown", type: null });
      break;
    case "CatchClause":
      if (node.param) declare(node.param, inner, null);
      break;
  }
}

function nameOf(pattern: Node): string {
  return pattern.type === "Identifier" ? pattern.name : "";
}

/** What a function in the first argument gets: `import("x").then((x) => ...)`, `["A"].map((a) => ...)`. */
function givenTo(
  node: Extract<Node, { type: "CallExpression" | "OptionalCallExpression" }>,
  scope: Scope,
): Source | null {
  const { callee } = node;
  const isMember = callee.type === "MemberExpression" || callee.type === "OptionalMemberExpression";
  if (!isMember || callee.property.type !== "Identifier" || callee.computed) return null;
  const { name } = callee.property;
  if (name === "then") return { node: callee.object, scope, path: [], through: "await" };
  return EACH.has(name) ? { node: callee.object, scope, path: [], through: "each" } : null;
}

/** Code below a node, in reverse; types hold none. */
function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  for (const [key, value] of Object.entries(node)) {
    if (typeof value !== "object" || value === null || NO_CODE.has(key)) continue;
    for (const child of Array.isArray(value) ? value : [value]) {
      if (typeof child?.type === "string" && !isType(child.type)) children.push(child);
    }
  }
  return children.reverse();
}

const TYPED_CODE = new Set([
  "TSAsExpression",
  "TSSatisfiesExpression",
  "TSNonNullExpression",
  "TSTypeAssertion",
  "TSInstantiationExpression",
  "TSExportAssignment",
  "TSImportEqualsDeclaration",
  "TSModuleDeclaration",
  "TSModuleBlock",
  "TSEnumDeclaration",
  "TSEnumBody",
  "TSEnumMember",
  "TSParameterProperty",
]);

function isType(type: string): boolean {
  return type.startsWith("TS") && !TYPED_CODE.has(type);
}
