import type { OnProgress } from "../declare/transfer.ts";
import type { Cli } from "./cli.ts";

/** How long a transfer runs before it is spoken of, and how often then, ms. */
const FIRST = 1_000;
const NEXT = 2_000;
const MEGABYTE = 1_000_000;

/** Speaks of a long transfer, on stderr, when a person is there. `verb` as in "Sent". */
export function transferProgress(cli: Cli, verb: string): OnProgress {
  if (!cli.interactive) return () => {};
  let due = cli.system.clock.now() + FIRST;
  return (done, total) => {
    const now = cli.system.clock.now();
    if (now < due || done === total) return;
    due = now + NEXT;
    const of = total ? ` of ${megabytes(total)} (${Math.floor((done / total) * 100)} %)` : "";
    cli.step(`${verb} ${megabytes(done)}${of}`);
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}
