/** How much the random tests do. `deno task test --long` runs the long form, its transport is the environment. */
export function sized(short: number, long: number): number {
  return Deno.env.get("EDGESPARK_LONG") ? long : short;
}

/** The seed of a random test; `EDGESPARK_SEED` replaces it. */
export function seeded(seed: number): number {
  return Number(Deno.env.get("EDGESPARK_SEED") ?? seed);
}
