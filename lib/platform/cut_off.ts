/** What a server had not ended when its time to end was over. */
export interface CutOff {
  /** Requests without an answer. */
  requests: number;
  /** Answers were still being sent; how many is not known. */
  sending: boolean;
  /** Promises of background work. */
  background: number;
}

/** In words; null: nothing was. */
export function cutOffText({ requests, sending, background }: CutOff): string | null {
  const parts = [
    requests === 0
      ? ""
      : `${requests} ${requests === 1 ? "request" : "requests"} without an answer`,
    sending ? "answers that were being sent" : "",
    background === 0 ? "" : `${background} background ${background === 1 ? "promise" : "promises"}`,
  ].filter((part) => part !== "");
  return parts.join(", ") || null;
}
