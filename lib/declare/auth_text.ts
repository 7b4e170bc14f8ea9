import type { AuthConfig } from "./auth_config.ts";

/** The JSON Schema beside `configs/auth-config.yaml`, so that editors need no network for it. */
export const AUTH_SCHEMA_FILE = "auth-config.schema.json";

/** First line of a new file: editors find the schema by it (contract section 5). */
const SCHEMA_LINE = `# yaml-language-server: $schema=./${AUTH_SCHEMA_FILE}`;

/** A config as the text of a new `configs/auth-config.yaml`. */
export function renderAuthConfig(config: AuthConfig): string {
  return [
    SCHEMA_LINE,
    "# How people sign in. After a change: `edgespark auth apply`, then `edgespark deploy`.",
    "# Providers name a var and a secret (clientIdVarRef, clientSecretRef); no value stands here.",
    ...linesOf(config, ""),
    "",
  ].join("\n");
}

function linesOf(value: object, indent: string): string[] {
  return Object.entries(value).flatMap(([key, item]) => {
    if (typeof item !== "object" || item === null) return [`${indent}${key}: ${scalar(item)}`];
    const below = linesOf(item, `${indent}  `);
    return below.length === 0 ? [`${indent}${key}: {}`] : [`${indent}${key}:`, ...below];
  });
}

/** A JSON string is a YAML string; plain words look better without quotes. */
function scalar(value: unknown): string {
  const word = typeof value === "string" && /^[A-Z][A-Z_]*_[A-Z]+$/.test(value);
  return word ? value : JSON.stringify(value);
}
