import type { ExportNamedDeclaration, ImportDeclaration, Node } from "@babel/types";
import type { CodeModule, Exported } from "./module.ts";

/** Notes what a node imports or exports; most do neither. */
export function readImportsAndExports(node: Node, module: CodeModule): void {
  const imported = (source: Node) => {
    if (source.type !== "StringLiteral") return;
    module.imports.push({ specifier: source.value, line: node.loc?.start.line ?? 1 });
  };
  switch (node.type) {
    case "ImportDeclaration":
      imported(node.source);
      return readImport(node, module);
    case "ImportExpression":
      return imported(node.source);
    case "TSImportEqualsDeclaration":
      if (node.moduleReference.type !== "TSExternalModuleReference") return;
      imported(node.moduleReference.expression);
      return bind(module, node.id.name, node.moduleReference.expression.value, "*");
    case "CallExpression":
      if (node.callee.type === "Identifier" && node.callee.name === "require") {
        if (node.arguments[0]) imported(node.arguments[0]);
      }
      return;
    case "ExportAllDeclaration":
      imported(node.source);
      module.stars.push(node.source.value);
      return;
    case "ExportDefaultDeclaration":
      module.exports.set("default", { kind: "expression", node: node.declaration });
      return;
    case "ExportNamedDeclaration":
      if (node.source) imported(node.source);
      return readExport(node, module);
  }
}

function readImport(node: ImportDeclaration, module: CodeModule): void {
  for (const specifier of node.specifiers) {
    const name = specifier.type === "ImportNamespaceSpecifier"
      ? "*"
      : specifier.type === "ImportDefaultSpecifier"
      ? "default"
      : textOf(specifier.imported);
    bind(module, specifier.local.name, node.source.value, name);
  }
}

function bind(module: CodeModule, local: string, specifier: string, name: string): void {
  module.scope.names.set(local, { kind: "import", specifier, name });
}

function readExport(node: ExportNamedDeclaration, module: CodeModule): void {
  const add = (name: string, exported: Exported) => module.exports.set(name, exported);
  const typeOnly = node.exportKind === "type";
  for (const specifier of node.specifiers) {
    const exportedName = textOf(specifier.exported);
    if (specifier.type === "ExportNamespaceSpecifier") {
      add(exportedName, { kind: "from", specifier: node.source!.value, name: "*", type: typeOnly });
    } else if (specifier.type === "ExportSpecifier") {
      const name = textOf(specifier.local);
      const type = typeOnly || specifier.exportKind === "type";
      add(
        exportedName,
        node.source
          ? { kind: "from", specifier: node.source.value, name, type }
          : { kind: "local", name, type },
      );
    }
  }
  const declaration = node.declaration;
  if (!declaration) return;
  const names = declaration.type === "VariableDeclaration"
    ? declaration.declarations.flatMap(({ id }) => namesIn(id))
    : "id" in declaration && declaration.id?.type === "Identifier"
    ? [declaration.id.name]
    : [];
  const type = typeOnly || declaration.type === "TSInterfaceDeclaration" ||
    declaration.type === "TSTypeAliasDeclaration";
  for (const name of names) add(name, { kind: "local", name, type });
}

function textOf(name: Node): string {
  return name.type === "StringLiteral" ? name.value : name.type === "Identifier" ? name.name : "";
}

/** The names that a pattern declares. */
function namesIn(pattern: Node): string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "RestElement" ? property.argument : property.value)
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => element ? namesIn(element) : []);
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    default:
      return [];
  }
}
