import type { BuildOptions, BuildResult } from "esbuild";

/** esbuild, loaded and started at first use. Only our own copy of it is ever run, never a project's. */
export interface Bundler {
  /**
   * Starts the bundler's process, so that it is ready when a build comes; resolves when it is on its way.
   * What goes wrong is said by the build.
   */
  warm(): Promise<void>;
  /** @throws Failure TOOL_UNTRUSTED (tool), and esbuild's own build failure. */
  build(options: BuildOptions): Promise<BuildResult>;
  /** Ends the bundler's process. Harmless when it never ran. */
  stop(): Promise<void>;
}
