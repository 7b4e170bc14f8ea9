import { jsonAnswer } from "../answers.ts";
import { anonymousAllowed } from "./routes.ts";
import type { AuthSettings, SocialName } from "./settings.ts";

/** Names of the providers in `configs/auth-config.yaml` and in this answer (contract section 5). */
const PROVIDERS: Record<SocialName, string> = {
  google: "providerGoogle",
  github: "providerGithub",
  gitlab: "providerGitlab",
  discord: "providerDiscord",
  apple: "providerApple",
  microsoft: "providerMicrosoft",
};

/**
 * `GET /api/_es/auth/config`: what a managed sign-in form needs to know (contract section 11), inside
 * `data`. Holds nothing that is not public anyway: client ids, never secrets.
 */
export function configAnswer(settings: AuthSettings): Response {
  const { emailPassword } = settings;
  const social = Object.entries(PROVIDERS).map(([name, field]) => {
    const provider = settings.social[name as SocialName];
    return [
      field,
      provider
        ? { enabled: true, config: { clientId: provider.clientId } }
        : { enabled: false, config: {} },
    ];
  });
  return jsonAnswer({
    data: {
      disableSignUp: settings.disableSignUp,
      enableAnonymous: anonymousAllowed(settings),
      providerEmailPassword: {
        enabled: emailPassword.enabled,
        config: {
          minPasswordLength: emailPassword.minPasswordLength ?? 8,
          requireEmailVerification: emailPassword.requireEmailVerification ?? false,
          requirePasswordResetEmailVerification:
            emailPassword.requirePasswordResetEmailVerification ?? false,
          revokeSessionsOnPasswordReset: emailPassword.revokeSessionsOnPasswordReset ?? false,
        },
      },
      ...Object.fromEntries(social),
    },
  });
}
