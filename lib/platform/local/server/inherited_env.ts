import type { Env } from "../../../ports/env.ts";

/** What any process needs to find its home, its temp folder and, through a proxy, the network. */
const BASICS = [
  ...["PATH", "HOME", "USER", "LANG", "TMPDIR", "TEMP", "TMP", "SystemRoot", "LOCALAPPDATA"],
  ...["USERPROFILE", "DENO_DIR", "XDG_CACHE_HOME"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"],
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "DENO_CERT", "DENO_TLS_CA_STORE"],
];

/** The part of the environment that a process of the server inherits; nothing of the app is in it. */
export function inheritedEnv(env: Env, more: string[] = []): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const name of [...BASICS, ...more]) {
    const value = env.get(name);
    if (value !== undefined) inherited[name] = value;
  }
  return inherited;
}
