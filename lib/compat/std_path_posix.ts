/** Stand-in for `jsr:@std/path/posix`: paths with `/` on every system. */
// @ts-types="./types/path_posix.d.ts"
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
} from "deno-std/path/posix/mod.js";
