import {
  type AuthConfig,
  type NamedProvider,
  socialProviders,
} from "../../../declare/auth_config.ts";
import {
  type AuthSettings,
  DEFAULT_AUTH,
  type SocialName,
  type SocialSettings,
} from "../../../runtime/auth/settings.ts";

/**
 * The auth service's settings: the config of a deployment with its refs resolved. A provider whose var or
 * secret has no value is left out; sign-in with it answers as if it were off.
 */
export function authSettings(
  config: AuthConfig | null,
  vars: Record<string, string>,
  secrets: Record<string, string>,
): AuthSettings {
  if (!config) return DEFAULT_AUTH;
  const {
    enabled,
    config: {
      minPasswordLength,
      requireEmailVerification,
      requirePasswordResetEmailVerification,
      revokeSessionsOnPasswordReset,
    },
  } = config.providerEmailPassword;
  const social: AuthSettings["social"] = {};
  for (const provider of socialProviders(config)) {
    const settings = provider.enabled ? credentials(provider, vars, secrets) : null;
    if (settings) {
      social[provider.name.replace("provider", "").toLowerCase() as SocialName] = settings;
    }
  }
  return {
    disableSignUp: config.disableSignUp,
    session: config.session,
    emailPassword: {
      enabled,
      minPasswordLength,
      requireEmailVerification,
      requirePasswordResetEmailVerification,
      revokeSessionsOnPasswordReset,
    },
    enableAnonymous: config.enableAnonymous,
    social,
  };
}

function credentials(
  { config }: NamedProvider,
  vars: Record<string, string>,
  secrets: Record<string, string>,
): SocialSettings | null {
  const clientId = config.clientIdVarRef && vars[config.clientIdVarRef];
  const clientSecret = config.clientSecretRef && secrets[config.clientSecretRef];
  if (!clientId || !clientSecret) return null;
  const { appBundleIdentifier, tenantId } = config;
  return {
    clientId,
    clientSecret,
    ...(appBundleIdentifier && { appBundleIdentifier }),
    ...(tenantId && { tenantId }),
  };
}
