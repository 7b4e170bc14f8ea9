/**
 * The runtime's own `Deno`, which every module of the Worker's code uses (the build puts it in the
 * place of the global): an app sees only a shadow of it, see confinement.ts.
 */
export const Deno = globalThis.Deno;
