/** Email and password sign-in, as `configs/auth-config.yaml` sets it. */
export interface EmailPasswordSettings {
  enabled: boolean;
  /** Default 8. */
  minPasswordLength?: number;
  /** Sign-in is refused until the address is verified. */
  requireEmailVerification?: boolean;
  /**
   * Managed forms offer a password reset by a mailed code. `@edgespark/client` shows the way to it only
   * then; the service resets by mailed codes in any case.
   */
  requirePasswordResetEmailVerification?: boolean;
  revokeSessionsOnPasswordReset?: boolean;
}

/** A social provider with its credentials resolved from a var and a secret. */
export interface SocialSettings {
  clientId: string;
  clientSecret: string;
  /** Apple only. */
  appBundleIdentifier?: string;
  /** Microsoft only. */
  tenantId?: string;
}

/** The names of the social providers (decision 11), as the auth service's routes spell them. */
export type SocialName = "google" | "github" | "gitlab" | "discord" | "apple" | "microsoft";

/** What the auth service needs to know; plain data, so that it can be sent to a Worker. */
export interface AuthSettings {
  disableSignUp: boolean;
  session: {
    /** Seconds that a session lives. Default 604800. */
    expiresIn?: number;
    /** Seconds after which a used session is prolonged. Default 86400. */
    updateAge?: number;
    disableSessionRefresh?: boolean;
  };
  emailPassword: EmailPasswordSettings;
  enableAnonymous: boolean;
  /** Only enabled providers stand here. */
  social: Partial<Record<SocialName, SocialSettings>>;
}

/** The settings of a project that never applied an auth config (contract section 5, defaults). */
export const DEFAULT_AUTH: AuthSettings = {
  disableSignUp: false,
  session: {},
  emailPassword: { enabled: true },
  enableAnonymous: false,
  social: {},
};
