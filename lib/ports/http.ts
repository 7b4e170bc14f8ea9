/** What a server answered. A redirect is an answer like any other. */
export interface HttpAnswer {
  status: number;
  headers: Headers;
  /** Cancel it when it is not read to its end. */
  body: ReadableStream<Uint8Array> | null;
}

/** The network, for the few commands that use it. */
export interface Http {
  /** Asks once and follows no redirect. Rejects when no server answers, or as `signal` says. */
  get(
    url: string,
    options: { headers?: Record<string, string>; signal: AbortSignal },
  ): Promise<HttpAnswer>;
}
