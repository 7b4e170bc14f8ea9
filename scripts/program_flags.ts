/**
 * What the program is started with, by people (README.md), by the demo, by the bench, and inside an
 * executable. Reading and writing are granted by path, so that it can narrow them to its project.
 */
export const PROGRAM_FLAGS = [
  ...["--no-prompt", "--unstable-worker-options", "--unstable-net", "--unstable-no-legacy-abort"],
  ...[
    "--allow-read=/",
    "--allow-write=/",
    "--allow-env",
    "--allow-run",
    "--allow-net",
    "--allow-sys",
  ],
];
