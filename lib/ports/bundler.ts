import type { BuildOptions, BuildResult } from "esbuild";

/** A build that is made again and again; what has not changed is not read again. */
export interface RepeatedBuild {
  /** @throws esbuild's own build failure; the next one may succeed. */
  build(): Promise<BuildResult>;
  close(): Promise<void>;
}

/** esbuild, loaded and started at first use. Only our own copy of it is ever run, never a project's. */
export interface Bundler {
  /**
   * Starts the bundler's process, so that it is ready when a build comes; resolves when it is on its way.
   * What goes wrong is said by the build.
   */
  warm(): Promise<void>;
  /** @throws Failure TOOL_UNTRUSTED (tool), and esbuild's own build failure. */
  build(options: BuildOptions): Promise<BuildResult>;
  /** Prepares a build for `dev`. @throws Failure TOOL_UNTRUSTED (tool) */
  repeat(options: BuildOptions): Promise<RepeatedBuild>;
  /** Ends the bundler's process. Harmless when it never ran. */
  stop(): Promise<void>;
}
