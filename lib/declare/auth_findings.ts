import { type Document, isMap, isScalar, type Node, visit } from "yaml";
import type { z } from "zod";
import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import { suggest } from "../suggest.ts";
import { type AuthConfig, SOCIAL_PROVIDERS, socialProviders } from "./auth_config.ts";
import { knownKeys } from "./auth_schema.ts";
import { looksSecret } from "./secret_look.ts";

/** A finding with its column, from 1. */
export interface PlacedFinding extends Finding {
  column: number | null;
}

/** Notes something at an offset of the text. */
export type Place = (offset: number, message: string, fix: string | null) => void;

/** Places what the schema has to say. */
export function placeIssue(document: Document.Parsed, issue: z.core.$ZodIssue, place: Place): void {
  const path = issue.path.map(String);
  const name = path.join(".");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(path);
    for (const key of issue.keys) {
      const near = suggest(key, known);
      const fix = near
        ? `Did you mean \`${near}\`?`
        : `Remove it; known keys here: ${known.join(", ")}`;
      place(
        offsetOf(document, [...path, key], "key"),
        `Unknown key \`${[...path, key].join(".")}\``,
        fix,
      );
    }
    return;
  }
  const [reason, fix] = issueWords(issue, document.getIn(path));
  place(offsetOf(document, path, "value"), `\`${name}\` ${reason}`, fix);
}

function issueWords(issue: z.core.$ZodIssue, value: unknown): [string, string | null] {
  switch (issue.code) {
    case "invalid_type":
      if (issue.expected === "boolean") {
        return ["must be true or false", "Write `true` or `false` without quotes"];
      }
      if (issue.expected === "object") return ["must be a mapping", "Indent its keys below it"];
      return [`must be ${issue.expected === "string" ? "a text" : "a whole number"}`, null];
    case "invalid_value":
      return [
        `must be "${issue.values.join('" or "')}"`,
        `Write \`${issue.values.join("` or `")}\`: it is a name, the value never stands here`,
      ];
    case "too_small":
      return [
        `must be at least ${issue.minimum}${typeof value === "string" ? " characters long" : ""}`,
        null,
      ];
    case "too_big":
      return [
        `must be at most ${issue.maximum}${typeof value === "string" ? " characters long" : ""}`,
        null,
      ];
    default:
      return [`is not valid: ${issue.message}`, null];
  }
}

/** Places what an enabled provider lacks: it must say where its credentials are. */
export function placeProviders(document: Document.Parsed, config: AuthConfig, place: Place): void {
  for (const provider of socialProviders(config)) {
    if (!provider.enabled) continue;
    for (
      const [ref, end] of [["clientIdVarRef", "CLIENT_ID"], [
        "clientSecretRef",
        "CLIENT_SECRET",
      ]] as const
    ) {
      if (provider.config[ref]) continue;
      const key = `${SOCIAL_PROVIDERS[provider.name]}_${end}`;
      place(
        offsetOf(document, [provider.name], "key"),
        `\`${provider.name}\` is enabled but has no \`config.${ref}\``,
        `Add \`${ref}: ${key}\` to its config, or set \`enabled: false\``,
      );
    }
  }
}

/** Places every text that looks like a credential: none may stand here. The text is not repeated. */
export function placeSecrets(document: Document.Parsed, place: Place): void {
  visit(document, {
    Scalar(key, node) {
      if (key === "key" || typeof node.value !== "string" || !looksSecret("", node.value)) return;
      place(
        startOf(node),
        "A value that looks like a secret stands here; nothing was applied",
        "Replace it by the fixed name of its ref and enter it with `edgespark secret set <NAME>`",
      );
    },
  });
}

/** Where a key or its value stands; the nearest thing round it when it stands nowhere. */
function offsetOf(document: Document.Parsed, path: string[], what: "key" | "value"): number {
  let node: Node | null = document.contents;
  let offset = node ? startOf(node) : 0;
  for (const [depth, name] of path.entries()) {
    if (!isMap(node)) break;
    const pair = node.items.find(({ key }) =>
      (isScalar(key) ? String(key.value) : String(key)) === name
    );
    if (!pair) break;
    const value = pair.value as Node | null;
    const asKey = what === "key" && depth === path.length - 1 || !value?.range;
    offset = startOf(asKey ? pair.key as Node : value);
    node = value;
  }
  return offset;
}

/** Where a node begins. */
export function startOf(node: Node): number {
  return node.range?.[0] ?? 0;
}

/** All findings as one failure, in the order of the file. There is at least one. */
export function invalid(file: string, findings: PlacedFinding[]): Failure {
  findings.sort((a, b) => a.line! - b.line! || a.column! - b.column!);
  const [first] = findings as [PlacedFinding];
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : "";
  const lines = findings.length > 1
    ? findings.map((found) =>
      `${file}:${found.line}:${found.column}: ${found.message}${found.fix ? `. ${found.fix}` : ""}`
    )
    : undefined;
  return new Failure(
    "config",
    "AUTH_CONFIG_INVALID",
    `Invalid \`${file}:${first.line}:${first.column}\`: ${first.message}${more}`,
    {
      hint: first.fix ?? "Correct the file and run the command again",
      details: { file, line: first.line, column: first.column, findings, lines },
    },
  );
}
