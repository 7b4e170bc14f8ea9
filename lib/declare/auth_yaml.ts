import { type Document, isMap, LineCounter, parseDocument, visit, type YAMLError } from "yaml";
import type { AuthConfig } from "./auth_config.ts";
import {
  invalid,
  type Place,
  type PlacedFinding,
  placeIssue,
  placeProviders,
  placeSecrets,
  startOf,
} from "./auth_findings.ts";
import { authConfigSchema } from "./auth_schema.ts";

/** No real file comes near it; a file beyond it is not read. Characters. */
const LARGEST = 65_536;

const PARSE_FIXES: Partial<Record<YAMLError["code"], string>> = {
  TAB_AS_INDENT: "Indent with spaces",
  DUPLICATE_KEY: "Keep one of the two",
  MULTIPLE_DOCS: "Keep one document",
};

/**
 * Reads the text of `configs/auth-config.yaml`, with defaults filled in.
 *
 * @throws Failure AUTH_CONFIG_INVALID (config) with every finding, each with line and column
 */
export function parseAuthYaml(text: string, file: string): AuthConfig {
  const lines = new LineCounter();
  const findings: PlacedFinding[] = [];
  const place: Place = (offset, message, fix) => {
    const { line, col } = lines.linePos(offset);
    findings.push({
      code: "AUTH_CONFIG_INVALID",
      severity: "error",
      file,
      line,
      column: col,
      message,
      fix,
    });
  };
  const document = readDocument(text, lines, place);
  if (findings.length > 0 || !document) throw invalid(file, findings);
  const result = authConfigSchema.safeParse(withoutNulls(document.toJS({ maxAliasCount: 0 })));
  if (!result.success) {
    for (const issue of result.error.issues) {
      placeIssue(document, issue, place);
    }
  } else placeProviders(document, result.data, place);
  if (findings.length === 0) placeSecrets(document, place);
  if (findings.length > 0 || !result.success) throw invalid(file, findings);
  return result.data;
}

/** The document, or null when there is none; all that is wrong with it as YAML is placed. */
function readDocument(text: string, lines: LineCounter, place: Place): Document.Parsed | null {
  if (text.length > LARGEST) {
    lines.addNewLine(0);
    place(
      0,
      `The file is longer than ${LARGEST} characters`,
      "Keep only the keys of the auth config",
    );
    return null;
  }
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    for (const { code, pos, message } of [...document.errors, ...document.warnings]) {
      place(pos[0], message.split("\n")[0]!, PARSE_FIXES[code] ?? null);
    }
    visit(document, {
      Alias: (_, node) => place(node.range![0], "Aliases are not allowed", "Write the value out"),
      Node: (_, node) => {
        if ("anchor" in node && node.anchor) {
          place(startOf(node), "Anchors are not allowed", `Remove \`&${node.anchor}\``);
        }
        if (node.tag && !node.tag.startsWith("tag:yaml.org")) {
          place(startOf(node), "Tags are not allowed", `Remove \`${node.tag}\``);
        }
      },
    });
    if (document.errors.length === 0 && !isMap(document.contents)) {
      const empty = text.trim() === "" || document.contents === null;
      place(
        0,
        empty ? "The file is empty" : "The file is not a mapping of keys",
        "Write it anew with `edgespark auth pull`",
      );
    }
    return document;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    place(0, "The file is nested too deeply", null);
    return null;
  }
}

/** A key with nothing after it (all its lines commented out) means an empty mapping. */
function withoutNulls(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth > 1) {
    return value;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => {
      const mapping = key === "config" || key === "session" || key.startsWith("provider");
      return [key, item === null && mapping ? {} : withoutNulls(item, depth + 1)];
    }),
  );
}
