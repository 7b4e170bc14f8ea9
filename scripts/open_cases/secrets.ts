import type { Program } from "./program.ts";
import { secretPlaceholders } from "./placeholders.ts";

/**
 * Enters secrets as a person does: asks for the page, opens it, fills its form and sends it.
 *
 * @throws when the page, its form or what is stored afterwards is not as it should be.
 */
export async function enterSecrets(program: Program, keys: string[]): Promise<void> {
  const asked = await program.ask("secret", "set", ...keys);
  if (asked.state !== "pending") throw new Error(`\`secret set\` is ${asked.state}, not pending`);
  const opened = await fetch(asked.url, { headers: { "sec-fetch-site": "none" } });
  const form = readForm(await opened.text());
  const missing = keys.filter((key) => !form.fields.includes(key));
  if (missing.length > 0) throw new Error(`The page has no field for ${missing.join(", ")}`);
  const values = await secretPlaceholders(keys);
  const sent = await fetch(new URL(form.action ?? "", asked.url), {
    method: "POST",
    headers: {
      "content-type": "application/x-www-form-urlencoded",
      "origin": new URL(asked.url).origin,
      "sec-fetch-site": "same-origin",
      "sec-fetch-mode": "navigate",
    },
    // As browsers do it, line breaks in a form are CR LF.
    body: new URLSearchParams(
      Object.entries(values).map(([key, value]) => [key, value.replaceAll("\n", "\r\n")]),
    ),
  });
  const page = await sent.text();
  if (sent.status !== 200) throw new Error(`The page answered ${sent.status}`);
  const leaked = keys.find((key) => page.includes(values[key]!));
  if (leaked) throw new Error(`The page repeats the value of ${leaked}`);
  const { secrets } = await program.ask("secret", "list");
  const unset = keys.filter((key) =>
    !secrets.some((one: { key: string; state: string }) => one.key === key && one.state === "set")
  );
  if (unset.length > 0) throw new Error(`Not stored: ${unset.join(", ")}`);
}

/** Where a page's form goes, and the names of its fields. */
export function readForm(html: string): { action: string | null; fields: string[] } {
  const form = /<form\b[^>]*>/.exec(html)?.[0];
  if (!form) throw new Error("The page has no form");
  const fields = [...html.matchAll(/<(?:input|textarea)\b[^>]*\bname="([^"]+)"/g)];
  return {
    action: /\baction="([^"]*)"/.exec(form)?.[1] ?? null,
    fields: fields.map(([, name]) => name!),
  };
}
