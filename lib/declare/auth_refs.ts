import type { Finding } from "../finding.ts";
import type { Platform } from "../platform/platform.ts";
import type { System } from "../ports/system.ts";
import type { Project } from "../project/project.ts";
import { type AuthConfig, socialProviders } from "./auth_config.ts";
import { authFileName } from "./auth_file.ts";
import { readRuntimeKeys } from "./runtime_keys.ts";

/** Warnings for each var and secret that an enabled provider names and that is unset or undeclared. */
export async function checkAuthRefs(
  system: System,
  project: Project,
  platform: Platform,
  config: AuthConfig,
): Promise<Finding[]> {
  const enabled = socialProviders(config).filter((provider) => provider.enabled);
  const file = authFileName(project);
  const findings: Finding[] = [];
  const add = (code: string, message: string, fix: string) =>
    findings.push({ code, severity: "warning", file, line: null, message, fix });
  if (enabled.length === 0 && !config.providerEmailPassword.enabled && !config.enableAnonymous) {
    add("AUTH_NO_PROVIDER", "No way to sign in is enabled", `Enable a provider in \`${file}\``);
  }
  if (enabled.length === 0) return findings;
  const declared = await readRuntimeKeys(system, project);
  const vars = new Set((await platform.vars.list()).map((row) => row.key));
  const secrets = new Set(
    (await platform.secrets.list()).filter((row) => row.state === "set").map((row) => row.key),
  );
  for (const { name, config: { clientIdVarRef, clientSecretRef } } of enabled) {
    const refs = [
      {
        key: clientIdVarRef,
        kind: "var",
        set: vars,
        declared: declared.vars,
        type: "VarKey",
        value: "=<value>",
      },
      {
        key: clientSecretRef,
        kind: "secret",
        set: secrets,
        declared: declared.secrets,
        type: "SecretKey",
        value: "",
      },
    ];
    for (const ref of refs) {
      if (!ref.key) continue;
      const kind = ref.kind.toUpperCase();
      const what = `the ${ref.kind} \`${ref.key}\` that \`${name}\` names`;
      if (!ref.set.has(ref.key)) {
        add(
          `AUTH_${kind}_UNSET`,
          `Not set: ${what}`,
          `Run \`edgespark ${ref.kind} set ${ref.key}${ref.value}\``,
        );
      }
      if (!ref.declared.includes(ref.key)) {
        add(
          `AUTH_${kind}_UNDECLARED`,
          `Not declared: ${what}`,
          `Add "${ref.key}" to \`${ref.type}\` in \`defs/runtime.ts\``,
        );
      }
    }
  }
  return findings;
}
