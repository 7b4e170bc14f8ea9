/**
 * The part of playwright-core that tests use, by its own names (https://playwright.dev/docs/api/class-page).
 * The package is installed for tests only and therefore not in the import map.
 */
export interface Driver {
  chromium: { launch(options: LaunchOptions): Promise<Browser> };
}

export interface LaunchOptions {
  executablePath: string;
  args: string[];
}

export interface Browser {
  newContext(options?: ContextOptions): Promise<Context>;
  close(): Promise<void>;
}

export interface ContextOptions {
  colorScheme?: "light" | "dark";
  viewport?: { width: number; height: number };
  javaScriptEnabled?: boolean;
  deviceScaleFactor?: number;
  permissions?: string[];
}

export interface Context {
  newPage(): Promise<Page>;
  newCDPSession(page: Page): Promise<{ send(method: string, params?: object): Promise<unknown> }>;
  /** Runs a script in every page before its own. */
  addInitScript(script: () => void): Promise<void>;
  close(): Promise<void>;
}

export interface Answer {
  status(): number;
  headers(): Record<string, string>;
}

export interface Page {
  goto(url: string, options?: { waitUntil?: "load" | "commit" }): Promise<Answer | null>;
  reload(): Promise<Answer | null>;
  goBack(): Promise<Answer | null>;
  url(): string;
  title(): Promise<string>;
  content(): Promise<string>;
  setContent(html: string): Promise<void>;
  locator(selector: string): Locator;
  getByLabel(text: string, options?: { exact?: boolean }): Locator;
  getByRole(role: string, options?: { name?: string; exact?: boolean }): Locator;
  getByText(text: string | RegExp): Locator;
  evaluate<T>(script: string | (() => T)): Promise<T>;
  waitForURL(url: string | RegExp): Promise<void>;
  waitForFunction(script: string | (() => unknown)): Promise<unknown>;
  screenshot(options: { path: string; fullPage?: boolean }): Promise<unknown>;
  keyboard: {
    press(key: string): Promise<void>;
    insertText(text: string): Promise<void>;
    type(text: string): Promise<void>;
  };
  frames(): { url(): string; content(): Promise<string> }[];
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
  on(event: "pageerror", listener: (error: Error) => void): void;
  on(
    event: "request",
    listener: (request: { url(): string; method(): string }) => void,
  ): void;
  close(): Promise<void>;
}

export interface Locator {
  click(): Promise<void>;
  check(): Promise<void>;
  fill(value: string): Promise<void>;
  focus(): Promise<void>;
  press(key: string): Promise<void>;
  inputValue(): Promise<string>;
  textContent(): Promise<string | null>;
  innerText(): Promise<string>;
  getAttribute(name: string): Promise<string | null>;
  isVisible(): Promise<boolean>;
  count(): Promise<number>;
  waitFor(options?: { state?: "visible" | "hidden" | "attached" | "detached" }): Promise<void>;
  evaluate<T>(script: (element: HTMLElement) => T): Promise<T>;
}
