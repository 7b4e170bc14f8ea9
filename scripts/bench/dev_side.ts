/**
 * One run of one side of `dev-ready` or `dev-reload`; prints milliseconds.
 * Arguments: measure, port, entry file, working folder, home folder, command line.
 */
import { type DevMeasure, measureDev } from "./dev.ts";

const [measure, port, entry, cwd, home, ...command] = Deno.args as [string, string, ...string[]];
console.log(
  await measureDev(measure as DevMeasure, Number(port), entry!, {
    command,
    cwd: cwd!,
    home: home!,
  }),
);
