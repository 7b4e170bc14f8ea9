import { z } from "zod";
import { SOCIAL_PROVIDERS } from "./auth_config.ts";
import { authConfigSchema } from "./auth_schema.ts";

/** A piece of a JSON Schema. */
type Piece = Record<string, unknown>;

/** An enabled provider must say where its credentials are; zod's own schema cannot say so. */
const NEEDS_REFS: Piece = {
  if: { properties: { enabled: { const: true } }, required: ["enabled"] },
  then: {
    required: ["config"],
    properties: { config: { required: ["clientIdVarRef", "clientSecretRef"] } },
  },
};

/**
 * The JSON Schema of `configs/auth-config.yaml` for editors, made from the zod schema that judges the
 * file. Draft 7, which the YAML language server reads. Published as `schemas/auth-config.schema.json`.
 */
export function authJsonSchema(): Piece {
  const { $schema, ...schema } = z.toJSONSchema(authConfigSchema, {
    io: "input",
    target: "draft-7",
  }) as Piece & { properties: Record<string, Piece> };
  for (const name of Object.keys(SOCIAL_PROVIDERS)) {
    Object.assign(schema.properties[name]!, NEEDS_REFS);
  }
  for (const piece of Object.values(schema.properties)) allowEmpty(piece);
  return {
    $schema,
    title: "EdgeSpark auth config",
    description: "How people sign up and in. Applied with `edgespark auth apply`.",
    ...schema,
  };
}

/** A mapping whose lines are all commented out is null in YAML and means an empty one. */
function allowEmpty(piece: Piece): void {
  if (piece.type !== "object") return;
  piece.type = ["object", "null"];
  const { config } = piece.properties as Record<string, Piece>;
  if (config) allowEmpty(config);
}

/** The same as the text of a file. */
export function authSchemaText(): string {
  return `${JSON.stringify(authJsonSchema(), null, 2)}\n`;
}
