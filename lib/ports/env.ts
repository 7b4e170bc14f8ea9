/** The environment variables and folders of this machine's user. */
export interface Env {
  get(name: string): string | undefined;
  /** "linux", "darwin", "windows"... */
  readonly os: string;
  readonly pid: number;
  /** The working folder. */
  readonly cwd: string;
}
