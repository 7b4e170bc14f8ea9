import type { Assets } from "../ports/assets.ts";

/** A file of a project to be written. */
export interface ScaffoldFile {
  /** Relative to the project root, with forward slashes. */
  path: string;
  content: string | Uint8Array;
  executable?: boolean;
}

/** The templates inside this program. */
export const BUILT_INS = ["fullstack", "api"] as const;
export type BuiltIn = (typeof BUILT_INS)[number];

/** A template that is another one without some of its parts, and with files of its own. */
const VARIANTS: Partial<Record<BuiltIn, { of: BuiltIn; without: string }>> = {
  api: { of: "fullstack", without: "web" },
};

/** The asset that holds `templates/`: `<template>/<path>` -> text, or `{ base64 }` for bytes. */
type TemplateMap = Record<string, string | { base64: string }>;

/** The files of a built-in template under their names in `templates/`, sorted by path. */
export async function builtInFiles(assets: Assets, name: BuiltIn): Promise<ScaffoldFile[]> {
  const map = JSON.parse(await assets.text("templates.json")) as TemplateMap;
  const variant = VARIANTS[name];
  const files = new Map<string, ScaffoldFile>();
  for (const layer of variant ? [variant.of, name] : [name]) {
    const prefix = `${layer}/`;
    for (const [key, packed] of Object.entries(map)) {
      const path = key.slice(prefix.length);
      if (!key.startsWith(prefix)) continue;
      if (variant && path.startsWith(`${variant.without}/`)) continue;
      files.set(path, { path, content: decoded(packed) });
    }
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

function decoded(content: string | { base64: string }): string | Uint8Array {
  if (typeof content === "string") return content;
  return Uint8Array.from(atob(content.base64), (char) => char.charCodeAt(0));
}
