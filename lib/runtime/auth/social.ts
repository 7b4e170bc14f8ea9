import type { AuthSettings, SocialName, SocialSettings } from "./settings.ts";

/** Where Apple's form comes from. */
const APPLE_ORIGIN = "https://appleid.apple.com";

/** The social providers as better-auth takes them. */
export function socialProviders(settings: AuthSettings): Record<string, object> {
  return Object.fromEntries(
    Object.entries(settings.social).map(([name, provider]) => [
      name,
      {
        clientId: provider.clientId,
        clientSecret: provider.clientSecret,
        ...(settings.disableSignUp && { disableSignUp: true }),
        ...extras(name as SocialName, provider),
      },
    ]),
  );
}

/** Origins besides the app's own that send forms to the callback. */
export function socialOrigins(settings: AuthSettings): string[] {
  return settings.social.apple ? [APPLE_ORIGIN] : [];
}

function extras(name: SocialName, provider: SocialSettings): object {
  const { appBundleIdentifier, tenantId, clientId } = provider;
  // Tokens of the native app name its bundle, those of the web page the service.
  if (name === "apple" && appBundleIdentifier) return { audience: [clientId, appBundleIdentifier] };
  if (name === "microsoft" && tenantId) return { tenantId };
  return {};
}
