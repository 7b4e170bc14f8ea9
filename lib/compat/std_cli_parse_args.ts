/** Stand-in for `jsr:@std/cli/parse-args`: the same code from npm, with types for its common use. */
// @ts-types="./types/parse_args.d.ts"
export { parseArgs } from "deno-std/cli/parse_args.js";
