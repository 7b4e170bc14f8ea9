/** Shows a page to a person. */
export interface Browser {
  /** Asks the desktop to open the address. False when it cannot; never throws, never waits. */
  open(url: string): Promise<boolean>;
}
