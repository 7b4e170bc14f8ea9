/** Where words go. Only lib/cli writes here. */
export interface Terminal {
  /** Whether a person can answer: stdin and stderr are both terminals, and no agent or CI is detected. */
  readonly interactive: boolean;
  /** Whether stdout may carry colour (a terminal, no NO_COLOR). */
  readonly colour: boolean;
  out(text: string): void;
  err(text: string): void;
}
