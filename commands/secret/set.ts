import { Command } from "@cliffy/command";
import type { Cli } from "../../lib/cli/cli.ts";
import { checkSecretKeys, parseSecretKeys } from "../../lib/declare/secrets.ts";
import { pageTimes } from "../../lib/declare/page_times.ts";
import { type AskedSecrets, askForSecrets } from "../../lib/platform/secret_page.ts";
import { exposure, pageAddress } from "../../lib/platform/secret_page_address.ts";

/**
 * `secret set`: open a page on this machine where a person enters the values.
 *
 * On a terminal it opens the browser and waits; elsewhere it prints the address, leaves the page open
 * in the background and ends.
 */
export function setCommand(cli: Cli) {
  return new Command()
    .arguments("<keys...:string>")
    .option("--wait <duration:string>", "Wait this long for the values, such as 90s or 5m")
    .option("--timeout <duration:string>", "Close the page after this long (default: 10m)")
    .option("--host <address:string>", "IP address to listen on (default: 127.0.0.1)")
    .option("--port <port:integer>", "Port to listen on (default: any free one)")
    .option("--public-url <url:string>", "Address under which the browser reaches the page")
    .example("Ask for two secrets", "edgespark secret set STRIPE_SECRET_KEY STRIPE_WEBHOOK_SECRET")
    .example(
      "From a container that publishes port 8080",
      "edgespark secret set STRIPE_SECRET_KEY --host 0.0.0.0 --public-url http://localhost:8080",
    )
    .action(async ({ wait, timeout, ...where }, ...words) => {
      const keys = parseSecretKeys(words);
      const times = pageTimes({ wait, timeout, attended: cli.interactive });
      const address = pageAddress(where);
      const project = await cli.project();
      const { secrets } = await cli.platform();
      for (const { code, message, fix } of await checkSecretKeys(cli.system, project, keys)) {
        cli.warn(code, `${message}. ${fix}`);
      }
      const exposed = exposure(address);
      if (exposed) cli.warn("SECRET_PAGE_EXPOSED", exposed);
      const asked = await askForSecrets(cli.system, project, secrets, {
        keys,
        ...times,
        address,
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
  return `${url}\nOpen this address in a browser and enter ${names}; it works once, until ${expiresAt}`;
}
