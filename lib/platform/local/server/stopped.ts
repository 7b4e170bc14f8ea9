import { type CutOff, cutOffText } from "../../cut_off.ts";

const STOPPED = "Server stopped";
const CUT = "; cut off: ";

/** The last record of a server that was not ended from outside. */
export function stoppedMessage(cut: CutOff | null): string {
  const words = cut && cutOffText(cut);
  return words ? `${STOPPED}${CUT}${words}` : STOPPED;
}

/** Whether a record is such a last one. */
export function isStopped(message: string): boolean {
  return message === STOPPED || message.startsWith(STOPPED + CUT);
}

/** What such a record says: a command that stopped a server of another process has no other witness. */
export function cutOffIn(message: string): CutOff | null {
  if (!message.startsWith(STOPPED + CUT)) return null;
  const count = (what: RegExp) => Number(what.exec(message)?.[1] ?? 0);
  return {
    requests: count(/(\d+) requests?\b/),
    sending: message.includes("being sent"),
    background: count(/(\d+) background\b/),
  };
}
