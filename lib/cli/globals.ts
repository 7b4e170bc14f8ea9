/** The flags that every command takes. */
export interface Globals {
  json: boolean;
  quiet: boolean;
  help: boolean;
  version: boolean;
  /** As typed. */
  project: string | undefined;
  /** The words of the command line that are not flags, up to the first that no command is named. */
  words: string[];
}

/** Flags of every command that take a value. */
const WITH_VALUE = ["--project"];

/**
 * Reads the global flags wherever they stand before `--`. It is done before the real parse, so that a
 * usage error too is answered in JSON when JSON was asked for.
 */
export function readGlobals(args: string[]): Globals {
  const globals: Globals = {
    json: false,
    quiet: false,
    help: false,
    version: false,
    project: undefined,
    words: [],
  };
  for (let index = 0; index < args.length; index++) {
    const arg = args[index]!;
    if (arg === "--") break;
    if (!arg.startsWith("-")) globals.words.push(arg);
    else if (arg === "--json") globals.json = true;
    else if (arg === "--quiet" || arg === "-q") globals.quiet = true;
    else if (arg === "--help" || arg === "-h") globals.help = true;
    else if (arg === "--version" || arg === "-V" || arg === "-v") globals.version = true;
    else if (WITH_VALUE.includes(arg)) globals.project = args[++index];
    else if (arg.startsWith("--project=")) globals.project = arg.slice("--project=".length);
  }
  return globals;
}
