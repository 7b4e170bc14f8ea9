/**
 * The bundler's own package, in a module of its own: it is loaded lazily, and only after
 * `useOwnEsbuild` has said which program it starts.
 */
export { build, context, initialize, stop } from "esbuild";
