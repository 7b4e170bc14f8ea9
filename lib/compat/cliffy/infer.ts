// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/**
 * Types read out of Cliffy's notation: `"--port <n:integer>"` makes `{ port?: number }`,
 * `"<name:string> [keys...:string]"` makes `[string, ...string[]]`.
 */

/** Value types that need no registration. */
export interface BuiltInTypes {
  string: string;
  number: number;
  integer: number;
  boolean: boolean;
}

type IsAny<T> = 0 extends 1 & T ? true : false;

/** `any` where the deciding type is `any`, so that `Command<any>` is any command. */
export type AnyOr<Deciding, T> = IsAny<Deciding> extends true ? any : T;

/** Both records; `void` stands for "nothing declared". */
export type Merge<L, R> = IsAny<L> extends true ? any
  : IsAny<R> extends true ? any
  : [L] extends [void] ? R
  : [R] extends [void] ? L
  : L & R;

/** One readable object type instead of an intersection. */
export type Flat<T> = IsAny<T> extends true ? any
  : T extends Record<string, unknown> ? { [K in keyof T]: T[K] }
  : T;

type CamelCase<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : S;

/* Arguments */

type Inner<Raw> = Raw extends `<${infer I}>` ? I : Raw extends `[${infer I}]` ? I : never;

type TypeName<I> = I extends `${string}:${infer Type}:${string}` ? Type
  : I extends `${string}:${infer Type}` ? Type
  : "string";

type Lookup<Name, Types> = Name extends `${infer Item}[]` ? Array<Lookup<Item, Types>>
  : Name extends keyof Types ? Types[Name]
  : Name extends keyof BuiltInTypes ? BuiltInTypes[Name]
  : unknown;

type ValueOf<Raw, Types> = Lookup<TypeName<Inner<Raw>>, Types>;

type Argument<Raw, Types> = Raw extends `${string}...${string}`
  ? Raw extends `<${string}` ? [ValueOf<Raw, Types>, ...ValueOf<Raw, Types>[]]
  : ValueOf<Raw, Types>[]
  : Raw extends `[${string}` ? [ValueOf<Raw, Types>?]
  : [ValueOf<Raw, Types>];

/** The tuple that an argument definition stands for. */
export type ArgumentsOf<Definition extends string, Types> = Definition extends
  `${infer First} ${infer Rest}` ? [...Argument<First, Types>, ...ArgumentsOf<Rest, Types>]
  : Definition extends "" ? []
  : Argument<Definition, Types>;

/** The arguments behind a command's name: `"add <name:string>"`. */
export type TrailingArguments<S extends string, Types> = S extends
  `${string} ${infer Definition extends `${"<" | "["}${string}`}` ? ArgumentsOf<Definition, Types>
  : [];

/* Options */

type SplitFlags<S extends string> = S extends `${infer Names}<${infer D}` ? [Names, `<${D}`]
  : S extends `${infer Names}[${infer D}` ? [Names, `[${D}`]
  : [S, ""];

type FirstWord<S extends string> = S extends `${infer W},${string}` ? W
  : S extends `${infer W} ${string}` ? W
  : S extends `${infer W}=${string}` ? W
  : S;

type NameOf<S extends string> = SplitFlags<S>[0] extends `${string}--${infer N}` ? FirstWord<N>
  : SplitFlags<S>[0] extends `-${infer N}` ? FirstWord<N>
  : string;

/** The value of one occurrence of an option. */
export type OptionValue<S extends string, Types> = SplitFlags<S>[1] extends "" ? true
  : SplitFlags<S>[1] extends `[${string}` ? true | SingleValue<SplitFlags<S>[1], Types>
  : SingleValue<SplitFlags<S>[1], Types>;

type SingleValue<Raw, Types> = Raw extends `${string}...${string}` ? ValueOf<Raw, Types>[]
  : ValueOf<Raw, Types>;

/** One occurrence or all of them: collected (C), defaulted (D), mapped by a callback (M). */
type OptionResult<S extends string, Types, C, D, M> = M extends undefined
  ? C extends true ? Array<OptionValue<S, Types> | NonNullable<D>>
  : OptionValue<S, Types> | NonNullable<D>
  : M;

type IsGiven<R, X, D> = D extends undefined ? X extends undefined ? R : false : true;

/** The options known so far and one more: required R, collect C, conflicts X, default D, mapped M. */
export type WithOption<Options, S extends string, Types, R, C, X, D, M> = IsAny<Options> extends
  true ? any
  : NameOf<S> extends `no-${infer Positive}` ? WithNegation<Options, CamelCase<Positive>, D>
  : Merge<Options, Entry<CamelCase<NameOf<S>>, OptionResult<S, Types, C, D, M>, IsGiven<R, X, D>>>;

type WithNegation<Options, Name extends string, D> = Name extends keyof Options
  ? { [K in keyof Options]: K extends Name ? Options[K] | false : Options[K] }
  : Merge<Options, Entry<Name, D extends undefined ? boolean : NonNullable<D> | false, true>>;

type Entry<Name extends string, Value, Given> = Given extends true ? { [K in Name]: Value }
  : { [K in Name]?: Value };

/* Environment variables */

type Unprefixed<S, Prefix> = Prefix extends string ? S extends `${Prefix}${infer R}` ? R : S : S;

type EnvName<S extends string> = SplitFlags<S>[0] extends `${infer N}=` ? N : SplitFlags<S>[0];

type SnakeToCamel<S extends string> = CamelCase<ReplaceAll<Lowercase<S>>>;

type ReplaceAll<S extends string> = S extends `${infer A}_${infer B}` ? `${A}-${ReplaceAll<B>}` : S;

/** The value of an environment variable. */
export type EnvValue<S extends string, Types> = SplitFlags<S>[1] extends "" ? true
  : SingleValue<SplitFlags<S>[1], Types>;

/** The options known so far and one read from the environment: prefix X, required R, mapped M. */
export type WithEnv<Options, S extends string, Types, X, R, M> = IsAny<Options> extends true ? any
  : Merge<Options, Entry<EnvKey<S, X>, M extends undefined ? EnvValue<S, Types> : M, R>>;

type EnvKey<S extends string, X> = SnakeToCamel<FirstWord<Unprefixed<EnvName<S>, X> & string>>;
