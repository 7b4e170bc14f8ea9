// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** The types in the signatures of `Command`. */
import type { Command } from "./command.ts";
import type { Flat, Merge } from "./infer.ts";
import type { OptionFacts } from "./model.ts";

export type {
  AnyOr,
  ArgumentsOf,
  EnvValue,
  Merge,
  OptionValue,
  TrailingArguments,
  WithEnv,
  WithOption,
} from "./infer.ts";

/** Properties by name; `void` stands for "nothing declared". */
export type Bag = Record<string, unknown> | void;

/** The types known to a command: its own and those of its parents. */
export type Types<PT, GT, T> = Merge<PT, Merge<GT, T>>;

/** What an action gets first. */
export type Options<PG, G, O> = Flat<Merge<PG, Merge<G, O>>>;

/** The action of a command. */
export type Action<PG, G, O, A extends unknown[]> = (
  this: Command<any>,
  options: Options<PG, G, O>,
  ...args: A
) => unknown;

/** A callback that maps the value of an option. */
export type ValueCallback<V, M> = (value: V, previous?: M) => M;

/** The settings of an option: value V, required R, collect C, conflicts X, default D, mapped M. */
export interface OptionSettings<V, R, C, X, D, M> extends OptionFacts {
  required?: R;
  collect?: C;
  /** Names of options that must not be given too. */
  conflicts?: X;
  default?: D | (() => D);
  value?: ValueCallback<V, M>;
}

/** The settings of an environment variable: required R, prefix X, value V, mapped M. */
export interface EnvSettings<V, R, X, M> {
  required?: R;
  /** Left out of the property's name. */
  prefix?: X;
  hidden?: boolean;
  value?: (value: V) => M;
}

/** The global options that a subcommand of such a command sees. */
export type Inherited<PG, G, P> = P extends Command<any> ? PG : Merge<PG, G>;

/** The command that `.reset()` goes back to. */
export type MainOf<P, This> = P extends Command<any> ? P : This;

/** A subcommand with options O and arguments A, as the chain goes on after `.command(...)`. */
export type Child<PG, PT, G, GT, P, This, O, A> = Command<
  As<Bag, Inherited<PG, G, P>>,
  As<Bag, Inherited<PT, GT, P>>,
  As<Bag, O>,
  As<unknown[], A>,
  void,
  void,
  void,
  As<Command<any>, MainOf<P, This>>
>;

type As<Bound, T> = [T] extends [Bound] ? T : never;

/** The option values of a command. */
export type OptionsOf<C> = C extends Command<any, any, infer O, any, any, any, any, any> ? O
  : never;

/** The arguments of a command. */
export type ArgumentTypesOf<C> = C extends Command<any, any, any, infer A, any, any, any, any> ? A
  : never;

/** What `parse` resolves to. Where the chain ended inside a subcommand, nothing is known of it. */
export interface Result<PG, G, O, A extends unknown[], P> {
  options: P extends Command<any> ? Record<string, unknown> : Options<PG, G, O>;
  args: P extends Command<any> ? unknown[] : A;
  /** The words after `--`. */
  literal: string[];
  /** The command that ran. */
  cmd: Command<any>;
}
