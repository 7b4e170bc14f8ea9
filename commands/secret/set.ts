import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { checkSecretKeys, parseSecretKeys } from "../../lib/declare/secrets.ts";
import { parseDuration } from "../../lib/duration.ts";
import { type AskedSecrets, askForSecrets } from "../../lib/platform/secret_page.ts";

/**
 * `secret set`: open a page on this machine where a person enters the values.
 *
 * On a terminal it opens the browser and waits; elsewhere it prints the address, leaves the page open
 * in the background for 10 minutes and ends.
 */
export function setCommand(cli: Cli) {
  return new Command()
    .arguments("<keys...:string>")
    .option("--wait <duration:string>", "Wait this long for the values, such as 90s or 5m")
    .example("Ask for two secrets", "edgespark secret set STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET")
    .action(async ({ wait }, ...words) => {
      const keys = parseSecretKeys(words);
      const lifetime = wait === undefined ? null : parseDuration(wait);
      const project = await cli.project();
      const { secrets } = await cli.platform();
      for (const { code, message, fix } of await checkSecretKeys(cli.system, project, keys)) {
        cli.warn(code, `${message}. ${fix}`);
      }
      const asked = await askForSecrets(cli.system, project, secrets, {
        keys,
        wait: cli.interactive || lifetime !== null,
        lifetime,
        onPage: (page) => showPage(cli, page),
      });
      cli.print(asked, askedText, { ok: asked.state !== "expired" });
    });
}

/** The address before the answer: as the answer's first lines, or apart from the one line of JSON. */
function showPage(cli: Cli, page: AskedSecrets): void {
  if (cli.json) cli.warn("SECRET_PAGE_OPEN", page.url ?? "");
  else cli.line(page, askedText);
  if (cli.interactive && page.url) cli.system.browser.open(page.url);
}

function askedText({ keys, state, url, expiresAt }: AskedSecrets): string {
  const names = keys.join(", ");
  if (state === "set") return `Stored ${names}`;
  if (state === "expired") return `The page expired; nothing was stored for ${names}`;
  return `${url}\nOpen this address in a browser on this machine and enter ${names}; it works once, until ${expiresAt}`;
}
