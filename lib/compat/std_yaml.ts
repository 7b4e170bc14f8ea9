/** Stand-in for `jsr:@std/yaml`: the same code from npm, with types for what this program uses. */
// @ts-types="./types/yaml.d.ts"
export { parse, stringify } from "deno-std/yaml/mod.js";
