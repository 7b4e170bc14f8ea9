import { type Document, isScalar, parseDocument, visit } from "yaml";
import { type AuthConfig, DEFAULT_AUTH_CONFIG, SOCIAL_PROVIDERS } from "./auth_config.ts";

/** A provider that is off and empty is as good as none. */
const PROVIDERS = Object.fromEntries(
  Object.keys(SOCIAL_PROVIDERS).map((name) => [name, { enabled: false, config: {} }]),
);
const DEFAULTS: Mapping = { ...PROVIDERS, ...DEFAULT_AUTH_CONFIG };

type Mapping = Record<string, unknown>;

/** What has to change in the file. */
interface Edit {
  path: string[];
  /** Undefined: the key goes. */
  value: unknown;
}

/**
 * The text with the values of `config`; comments, the order of keys and the ends of lines stay, and
 * what the file leaves to a default is not written out. The text must be valid.
 */
export function mergeAuthYaml(text: string, config: AuthConfig): string {
  const plain = text.replaceAll("\r\n", "\n");
  const edits = editsOf([], { ...config }, mapping(parseDocument(plain).toJS()), DEFAULTS);
  const merged = restructured(spliced(plain, edits), edits);
  return text.includes("\r\n") ? merged.replaceAll("\n", "\r\n") : merged;
}

function editsOf(path: string[], wanted: Mapping, found: Mapping, defaults: Mapping): Edit[] {
  const gone = Object.keys(found).filter((key) =>
    !Object.hasOwn(wanted, key) && !same(found[key] ?? undefined, undefined)
  ).map((key): Edit => ({ path: [...path, key], value: undefined }));
  const changed = Object.entries(wanted).flatMap(([key, value]): Edit[] => {
    const here = [...path, key];
    const before = found[key] ?? undefined;
    if (same(value, before) || before === undefined && same(value, defaults[key])) return [];
    if (typeof value !== "object") return [{ path: here, value }];
    return editsOf(here, mapping(value), mapping(before), mapping(defaults[key]));
  });
  return [...gone, ...changed];
}

/** Values that replace values, cut into the text: nothing round them moves. */
function spliced(text: string, edits: Edit[]): string {
  const document = parseDocument(text);
  const cuts = edits.flatMap(({ path, value }) => {
    const node: unknown = document.getIn(path, true);
    const fits = isScalar(node) && node.range && node.value !== null && value !== undefined;
    return fits
      ? [{ start: node.range![0], end: node.range![1], value: JSON.stringify(value) }]
      : [];
  });
  return cuts.sort((a, b) => b.start - a.start).reduce(
    (whole, { start, end, value }) => whole.slice(0, start) + value + whole.slice(end),
    text,
  );
}

/** Keys that come or go. The text stays as it is when there are none. */
function restructured(text: string, edits: Edit[]): string {
  const document = parseDocument(text);
  const left = edits.filter(({ path, value }) => !same(document.getIn(path), value));
  if (left.length === 0) return text;
  keepLinesApart(document);
  for (const { path, value } of left) {
    if (value === undefined) document.deleteIn(path);
    else {
      openMappings(document, path);
      document.setIn(path, value);
    }
  }
  return document.toString({ lineWidth: 0 });
}

/** Keys without anything after them become mappings, so that something can be put below them. */
function openMappings(document: Document, path: string[]): void {
  for (let depth = 1; depth < path.length; depth++) {
    const node = document.getIn(path.slice(0, depth), true);
    if (!isScalar(node) || node.value !== null) continue;
    const opened = document.createNode({});
    opened.commentBefore = node.commentBefore;
    document.setIn(path.slice(0, depth), opened);
  }
}

/** The comments of a mapping whose lines are all commented out would move up beside its key. */
function keepLinesApart(document: Document): void {
  visit(document, {
    Scalar(_, node) {
      if (node.value !== null || !node.comment) return;
      node.commentBefore = node.comment;
      node.comment = undefined;
    },
  });
}

function mapping(value: unknown): Mapping {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
