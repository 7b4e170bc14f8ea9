import { Failure } from "../failure.ts";
import type { Assets } from "../ports/assets.ts";

/** A file of a project to be written. */
export interface ScaffoldFile {
  /** Relative to the project root, with forward slashes. */
  path: string;
  content: string | Uint8Array;
}

/** The asset that holds `templates/`: `<template>/<path>` -> text, or `{ base64 }` for bytes. */
type TemplateMap = Record<string, string | { base64: string }>;

/** The files of a template under their names in `templates/`, sorted by path. */
export async function readTemplate(assets: Assets, template: string): Promise<ScaffoldFile[]> {
  const map = JSON.parse(await assets.text("templates.json")) as TemplateMap;
  const prefix = `${template}/`;
  const files = Object.entries(map)
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, content]) => ({ path: name.slice(prefix.length), content: decoded(content) }));
  if (files.length > 0) return files.sort((a, b) => (a.path < b.path ? -1 : 1));
  throw new Failure("missing", "TEMPLATE_UNKNOWN", `There is no template \`${template}\``, {
    hint: "Run `edgespark init --help`",
  });
}

function decoded(content: string | { base64: string }): string | Uint8Array {
  if (typeof content === "string") return content;
  return Uint8Array.from(atob(content.base64), (char) => char.charCodeAt(0));
}
