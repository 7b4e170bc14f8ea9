/** Stand-in for `jsr:@std/path`: the same code from npm, with types for what this program uses. */
// @ts-types="./types/path.d.ts"
export {
  basename,
  dirname,
  extname,
  fromFileUrl,
  isAbsolute,
  join,
  normalize,
  relative,
  resolve,
  SEPARATOR,
  toFileUrl,
} from "deno-std/path/mod.js";
