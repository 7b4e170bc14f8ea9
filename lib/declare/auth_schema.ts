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

function social(
  name: SocialProviderName,
  title: string,
  more: Record<string, z.ZodOptional<z.ZodString>> = {},
) {
  const key = SOCIAL_PROVIDERS[name];
  return z.strictObject({
    enabled: flag(false, "Enabled providers need both refs in `config`"),
    config: z.strictObject({
      clientIdVarRef: z.literal(`${key}_CLIENT_ID`).optional().describe(
        "Name of the var with the client id, always this one; never the value",
      ),
      clientSecretRef: z.literal(`${key}_CLIENT_SECRET`).optional().describe(
        "Name of the secret, always this one; never the value",
      ),
      ...more,
    }).default({}),
  }).optional().describe(`Sign-in with ${title}`);
}

function flag(value: boolean, description: string) {
  return z.boolean().default(value).describe(description);
}

const text = (description: string) => z.string().min(1).max(200).optional().describe(description);

/** `configs/auth-config.yaml` (contract section 5). Unknown keys are errors (decision 11). */
export const authConfigSchema = z.strictObject({
  disableSignUp: flag(false, "Closes the project for new accounts"),
  enableAnonymous: flag(false, "Allows temporary accounts without credentials"),
  session: z.strictObject({
    expiresIn: seconds(1).default(session.expiresIn).describe("Seconds that a session lives"),
    updateAge: seconds(0).default(session.updateAge).describe(
      "Seconds after which a session in use is prolonged",
    ),
    disableSessionRefresh: flag(session.disableSessionRefresh, "Never prolongs sessions"),
  }).prefault({}).describe("How long people stay signed in"),
  providerEmailPassword: z.strictObject({
    enabled: flag(true, "Allows sign-in with a password"),
    config: z.strictObject({
      minPasswordLength: z.int().min(1).max(128).default(
        providerEmailPassword.config.minPasswordLength,
      ).describe("Characters that a new password needs at least"),
      requireEmailVerification: flag(false, "Sign-in only after the address was verified"),
      requirePasswordResetEmailVerification: flag(
        false,
        "Managed forms offer a password reset by a mailed code",
      ),
      revokeSessionsOnPasswordReset: flag(false, "A reset ends all sessions of the person"),
    }).prefault({}),
  }).prefault({}).describe("Sign-in with an e-mail address and a password"),
  providerGoogle: social("providerGoogle", "Google"),
  providerGithub: social("providerGithub", "GitHub"),
  providerGitlab: social("providerGitlab", "GitLab"),
  providerDiscord: social("providerDiscord", "Discord"),
  providerApple: social("providerApple", "Apple", {
    appBundleIdentifier: text("Bundle identifier of the native app"),
  }),
  providerMicrosoft: social("providerMicrosoft", "Microsoft", {
    tenantId: text("Tenant whose accounts may sign in"),
  }),
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
