/** The social providers (decision 11) and how the keys of their credentials begin. */
export const SOCIAL_PROVIDERS = {
  providerGoogle: "GOOGLE",
  providerGithub: "GITHUB",
  providerGitlab: "GITLAB",
  providerDiscord: "DISCORD",
  providerApple: "APPLE",
  providerMicrosoft: "MICROSOFT",
} as const;

export type SocialProviderName = keyof typeof SOCIAL_PROVIDERS;

/** One social provider. The refs name a var and a secret; they are never the values. */
export interface SocialProvider {
  enabled: boolean;
  config: {
    clientIdVarRef?: string;
    clientSecretRef?: string;
    /** Apple only. */
    appBundleIdentifier?: string;
    /** Microsoft only. */
    tenantId?: string;
  };
}

/** Sign-in of a project, with every default filled in (contract section 5). */
export interface AuthConfig extends Partial<Record<SocialProviderName, SocialProvider>> {
  disableSignUp: boolean;
  enableAnonymous: boolean;
  session: {
    /** Seconds that a session lives. */
    expiresIn: number;
    /** Seconds after which a used session is prolonged. */
    updateAge: number;
    disableSessionRefresh: boolean;
  };
  providerEmailPassword: {
    enabled: boolean;
    config: {
      minPasswordLength: number;
      requireEmailVerification: boolean;
      requirePasswordResetEmailVerification: boolean;
      revokeSessionsOnPasswordReset: boolean;
    };
  };
}

/** What a project has that never applied anything: email and password. */
export const DEFAULT_AUTH_CONFIG: AuthConfig = {
  disableSignUp: false,
  enableAnonymous: false,
  session: { expiresIn: 604_800, updateAge: 86_400, disableSessionRefresh: false },
  providerEmailPassword: {
    enabled: true,
    config: {
      minPasswordLength: 8,
      requireEmailVerification: false,
      requirePasswordResetEmailVerification: false,
      revokeSessionsOnPasswordReset: false,
    },
  },
  providerGoogle: { enabled: false, config: {} },
};

/** A social provider that stands in a config. */
export interface NamedProvider extends SocialProvider {
  name: SocialProviderName;
}

/** The social providers of a config, in a fixed order. */
export function socialProviders(config: AuthConfig): NamedProvider[] {
  const names = Object.keys(SOCIAL_PROVIDERS) as SocialProviderName[];
  return names.flatMap((name) => {
    const provider = config[name];
    return provider ? [{ name, ...provider }] : [];
  });
}

/**
 * The parts of a config that can change on their own, as text to compare: the same meaning gives the
 * same text. A provider that is off and empty is as good as none.
 */
export function authParts(config: AuthConfig): Map<string, string> {
  const parts = new Map<string, string>([
    ["disableSignUp", JSON.stringify(config.disableSignUp)],
    ["enableAnonymous", JSON.stringify(config.enableAnonymous)],
    ["session", stable(config.session)],
    [
      "providerEmailPassword",
      stable([config.providerEmailPassword.enabled, stable(config.providerEmailPassword.config)]),
    ],
  ]);
  for (const { name, enabled, config: settings } of socialProviders(config)) {
    if (enabled || Object.keys(settings).length > 0) {
      parts.set(name, stable([enabled, stable(settings)]));
    }
  }
  return parts;
}

/** What differs in a part, `key: before -> after`. There is no secret in it: refs name, they do not hold. */
export function authWords(part: string, before: AuthConfig | null, after: AuthConfig): string {
  const [was, is] = [before, after].map((config) =>
    leavesOf(part, config?.[part as keyof AuthConfig])
  ) as [Map<string, string>, Map<string, string>];
  const keys = [...new Set([...was.keys(), ...is.keys()])].filter((key) =>
    was.get(key) !== is.get(key)
  );
  return keys.map((key) => `${key}: ${was.get(key) ?? "unset"} -> ${is.get(key) ?? "unset"}`)
    .join(", ");
}

function leavesOf(name: string, value: unknown): Map<string, string> {
  if (typeof value !== "object" || value === null) {
    return new Map(value === undefined ? [] : [[name, String(value)]]);
  }
  return new Map(Object.entries(value).flatMap(([key, inner]) => [...leavesOf(key, inner)]));
}

/** Whether two configs mean the same. */
export function sameAuthConfig(a: AuthConfig, b: AuthConfig): boolean {
  return stable([...authParts(a)]) === stable([...authParts(b)]);
}

function stable(value: object): string {
  return JSON.stringify(
    Array.isArray(value) ? value : Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}
