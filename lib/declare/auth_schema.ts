import { z } from "zod";
import {
  type AuthConfig,
  DEFAULT_AUTH_CONFIG,
  SOCIAL_PROVIDERS,
  type SocialProviderName,
} from "./auth_config.ts";

/** Only loaded through `auth_yaml.ts`: zod is too heavy for commands that read no YAML. */

const { session, providerEmailPassword } = DEFAULT_AUTH_CONFIG;

/** A century in seconds: beyond it a number is a mistake. */
const CENTURY = 3_155_760_000;
const seconds = (least: number) => z.int().min(least).max(CENTURY);

function social(name: SocialProviderName, more: Record<string, z.ZodOptional<z.ZodString>> = {}) {
  const key = SOCIAL_PROVIDERS[name];
  return z.strictObject({
    enabled: z.boolean().default(false),
    config: z.strictObject({
      clientIdVarRef: z.literal(`${key}_CLIENT_ID`).optional(),
      clientSecretRef: z.literal(`${key}_CLIENT_SECRET`).optional(),
      ...more,
    }).default({}),
  }).optional();
}

const text = z.string().min(1).max(200).optional();

/** `configs/auth-config.yaml` (contract section 5). Unknown keys are errors (decision 11). */
export const authConfigSchema = z.strictObject({
  disableSignUp: z.boolean().default(false),
  enableAnonymous: z.boolean().default(false),
  session: z.strictObject({
    expiresIn: seconds(1).default(session.expiresIn),
    updateAge: seconds(0).default(session.updateAge),
    disableSessionRefresh: z.boolean().default(session.disableSessionRefresh),
  }).prefault({}),
  providerEmailPassword: z.strictObject({
    enabled: z.boolean().default(true),
    config: z.strictObject({
      minPasswordLength: z.int().min(1).max(128).default(
        providerEmailPassword.config.minPasswordLength,
      ),
      requireEmailVerification: z.boolean().default(false),
      requirePasswordResetEmailVerification: z.boolean().default(false),
      revokeSessionsOnPasswordReset: z.boolean().default(false),
    }).prefault({}),
  }).prefault({}),
  providerGoogle: social("providerGoogle"),
  providerGithub: social("providerGithub"),
  providerGitlab: social("providerGitlab"),
  providerDiscord: social("providerDiscord"),
  providerApple: social("providerApple", { appBundleIdentifier: text }),
  providerMicrosoft: social("providerMicrosoft", { tenantId: text }),
}) satisfies z.ZodType<AuthConfig>;

/** Every key that a mapping may hold, by the path of the mapping. */
export function knownKeys(path: readonly PropertyKey[]): string[] {
  let schema: unknown = authConfigSchema;
  for (const name of path) schema = shapeOf(schema)[String(name)];
  return Object.keys(shapeOf(schema));
}

function shapeOf(schema: unknown): Record<string, unknown> {
  let inner = schema;
  while (
    inner instanceof z.ZodOptional || inner instanceof z.ZodDefault ||
    inner instanceof z.ZodPrefault
  ) inner = inner.unwrap();
  return inner instanceof z.ZodObject ? inner.shape : {};
}
