import type { AuthConfig } from "../../declare/auth_config.ts";
import type { Clock } from "../../ports/clock.ts";
import type { AuthConfigs } from "../platform.ts";
import { readSetting, setSetting } from "./control/settings.ts";
import type { Control } from "./control/store.ts";

/** The setting with the auth config that was applied last. */
const APPLIED = "auth_config";

/** The auth config in the control database. A deploy takes its own copy, so that applying changes no running app. */
export function localAuthConfigs(control: Control, clock: Clock): AuthConfigs {
  return {
    applied: () => readSetting<AuthConfig>(control, APPLIED),
    async apply(config) {
      await setSetting(await control.write(), APPLIED, config, clock.now());
    },
  };
}
