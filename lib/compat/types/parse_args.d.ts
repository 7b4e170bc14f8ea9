/** Options of `parseArgs`: names of booleans B, of strings S, of what may repeat C; defaults D. */
export interface ParseOptions<
  B extends string = never,
  S extends string = never,
  C extends string = never,
  D = undefined,
> {
  boolean?: B | readonly B[];
  string?: S | readonly S[];
  collect?: C | readonly C[];
  negatable?: string | readonly string[];
  alias?: Record<string, string | readonly string[]>;
  default?: D;
  /** Put what follows `--` under that key instead of `_`. */
  "--"?: boolean;
  /** Stop at the first word that is no option. */
  stopEarly?: boolean;
  /** Sees options that were not named; false drops one. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

type Repeated<K, C, T> = K extends C ? T[] : T;

type Defaulted<K, D, T> = K extends keyof D ? Exclude<T, undefined> | D[K] : T;

/** What `parseArgs` returns: booleans are false and strings undefined unless given or defaulted. */
export type Args<B extends string, S extends string, C extends string, D> =
  & { [K in B]: Defaulted<K, D, Repeated<K, C, boolean>> }
  & { [K in S]: K extends C ? string[] : Defaulted<K, D, string | undefined> }
  & {
    // deno-lint-ignore no-explicit-any -- Cliffy's own signatures are `any` here
    [name: string]: any;
    _: Array<string | number>;
  };

/** Reads command line arguments without rules: unknown options are kept. */
export declare function parseArgs<
  const B extends string = never,
  const S extends string = never,
  const C extends string = never,
  const D = undefined,
>(args: string[], options?: ParseOptions<B, S, C, D>): Args<B, S, C, D>;
