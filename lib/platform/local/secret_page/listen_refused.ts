import { Failure } from "../../../failure.ts";
import type { PageAddress } from "../../secret_page_address.ts";
import type { PageWord } from "./role.ts";

/** Says why the page cannot listen where it should: PORT_TAKEN (conflict) or LISTEN_FAILED (usage). */
export function listenRefused(
  reason: Extract<PageWord, { refused: string }>["refused"],
  { host, port }: PageAddress,
): Failure {
  const details = { host, port };
  if (reason === "taken") {
    return new Failure("conflict", "PORT_TAKEN", `Port ${port} on ${host} is taken`, {
      hint: "Name another with `--port <port>`",
      details,
    });
  }
  const what = reason === "denied" ? `port ${port}: your user may not` : `\`${host}\``;
  return new Failure("usage", "LISTEN_FAILED", `Cannot listen on ${what}`, {
    hint: reason === "denied"
      ? "Name a port from 1024 on"
      : "Name an address of this machine, such as `--host 127.0.0.1`",
    details,
  });
}
