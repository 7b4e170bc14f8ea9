// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** The builder methods that carry types, in Cliffy's notation and with its type parameters. */
import { splitDefinition } from "./definition.ts";
import { hostArgs } from "./host.ts";
import type { Option } from "./model.ts";
import { addCommand, addEnvVar, makeOption, register } from "./register.ts";
import { runCommand } from "./run.ts";
import { CommandSettings } from "./settings.ts";
import type * as s from "./signatures.ts";
import { type LazyCommand, STATE } from "./state.ts";
import type { InferType, ValueType } from "./value_types.ts";

/**
 * A command: what it is called with, and what it does.
 *
 * As in Cliffy, the methods after `.command(...)` speak about that subcommand until the next
 * `.command(...)` or `.reset()`. The type parameters are, in Cliffy's order: global options and
 * types of the parents, options, arguments, global options, types, global types, main command. A
 * command in a file of its own names the first: `new Command<{ json?: true }>()`.
 */
export class Command<
  PG extends s.Bag = void,
  PT extends s.Bag = s.AnyOr<PG, void>,
  O extends s.Bag = s.AnyOr<PG, void>,
  A extends unknown[] = s.AnyOr<PG, []>,
  G extends s.Bag = s.AnyOr<PG, void>,
  T extends s.Bag = s.AnyOr<PG, void>,
  GT extends s.Bag = s.AnyOr<PG, void>,
  P extends Command<any> | undefined = s.AnyOr<PG, undefined>,
> extends CommandSettings {
  /** The command above. */
  getParent(): P {
    return this[STATE].parent as P;
  }

  /** Declares the arguments: `"<name:string> [rest...:string]"`. */
  arguments<const S extends string>(
    definition: S,
    descriptions?: string[],
  ): Command<PG, PT, O, s.ArgumentsOf<S, s.Types<PT, GT, T>>, G, T, GT, P> {
    this.target[STATE].arguments = definition;
    this.target[STATE].argumentDescriptions = descriptions;
    return this as Command<any>;
  }

  /** Declares an option: `"-p, --port <n:integer>"`. */
  option<
    const F extends string,
    R extends boolean | undefined = undefined,
    C extends boolean | undefined = undefined,
    X extends string[] | undefined = undefined,
    const D = undefined,
    M = undefined,
  >(
    flags: F,
    description: string,
    settings?:
      | s.OptionSettings<s.OptionValue<F, s.Types<PT, GT, T>>, R, C, X, D, M>
      | s.ValueCallback<s.OptionValue<F, s.Types<PT, GT, T>>, M>,
  ): Command<PG, PT, s.WithOption<O, F, s.Types<PT, GT, T>, R, C, X, D, M>, A, G, T, GT, P> {
    return this.#option(flags, description, settings as Partial<Option>);
  }

  /** Declares an option for this command and all below it. */
  globalOption<
    const F extends string,
    R extends boolean | undefined = undefined,
    C extends boolean | undefined = undefined,
    X extends string[] | undefined = undefined,
    const D = undefined,
    M = undefined,
  >(
    flags: F,
    description: string,
    settings?:
      | s.OptionSettings<s.OptionValue<F, s.Types<PT, GT, T>>, R, C, X, D, M>
      | s.ValueCallback<s.OptionValue<F, s.Types<PT, GT, T>>, M>,
  ): Command<PG, PT, O, A, s.WithOption<G, F, s.Types<PT, GT, T>, R, C, X, D, M>, T, GT, P> {
    return this.#option(flags, description, settings as Partial<Option>, true);
  }

  /** Declares an environment variable: `"API_TOKEN=<token:string>"`. */
  env<
    const S extends string,
    R extends boolean | undefined = undefined,
    const X extends string | undefined = undefined,
    M = undefined,
  >(
    name: S,
    description: string,
    settings?: s.EnvSettings<s.EnvValue<S, s.Types<PT, GT, T>>, R, X, M>,
  ): Command<PG, PT, s.WithEnv<O, S, s.Types<PT, GT, T>, X, R, M>, A, G, T, GT, P> {
    addEnvVar(this.target, name, description, { ...settings });
    return this as Command<any>;
  }

  /** Declares an environment variable for this command and all below it. */
  globalEnv<
    const S extends string,
    R extends boolean | undefined = undefined,
    const X extends string | undefined = undefined,
    M = undefined,
  >(
    name: S,
    description: string,
    settings?: s.EnvSettings<s.EnvValue<S, s.Types<PT, GT, T>>, R, X, M>,
  ): Command<PG, PT, O, A, s.WithEnv<G, S, s.Types<PT, GT, T>, X, R, M>, T, GT, P> {
    addEnvVar(this.target, name, description, { ...settings, global: true });
    return this as Command<any>;
  }

  /** Registers a value type for `<x:name>`. */
  type<const N extends string, V extends ValueType<unknown>>(
    name: N,
    handler: V,
    settings: { override?: boolean; global?: boolean } = {},
  ): Command<PG, PT, O, A, G, s.Merge<T, { [K in N]: InferType<V> }>, GT, P> {
    const { types } = this.target[STATE];
    if (types.has(name) && !settings.override) {
      throw new Error(`Type with name "${name}" already exists.`);
    }
    types.set(name, { ...settings, name, handler });
    return this as Command<any>;
  }

  /** Registers a value type for this command and all below it. */
  globalType<const N extends string, V extends ValueType<unknown>>(
    name: N,
    handler: V,
    settings: { override?: boolean } = {},
  ): Command<PG, PT, O, A, G, T, s.Merge<GT, { [K in N]: InferType<V> }>, P> {
    return this.type(name, handler, { ...settings, global: true }) as Command<any>;
  }

  /** Adds a subcommand; a function is called (and may import) when the subcommand is needed. */
  command<C extends Command<any>>(
    name: string,
    command: C | LazyCommand<C>,
    settings?: { override?: boolean },
  ): s.Child<PG, PT, G, GT, P, this, s.OptionsOf<C>, s.ArgumentTypesOf<C>>;

  /** Adds a subcommand that is declared by the calls that follow: `"add <name:string>"`. */
  command<const S extends string>(
    nameAndArguments: S,
    description?: string,
    settings?: { override?: boolean },
  ): s.Child<PG, PT, G, GT, P, this, void, s.TrailingArguments<S, s.Inherited<PT, GT, P>>>;

  command(
    definition: string,
    what?: Command<any> | LazyCommand | string,
    { override = false }: { override?: boolean } = {},
  ): any {
    this.reset();
    const child = what instanceof Command ? what : new Command<any>();
    if (typeof what === "string") child.description(what);
    if (typeof what === "function") this[STATE].loaders.set(child, what);
    addCommand(this, child.reset() ?? child, splitDefinition(definition), override);
    this.target = child;
    return this;
  }

  /** Makes the builder methods speak about this command again. */
  reset(): s.MainOf<P, this> {
    this.target = this as Command<any>;
    this[STATE].groupName = undefined;
    return this as s.MainOf<P, this>;
  }

  /** Sets what the command does. */
  action(action: s.Action<PG, G, O, A>): this {
    this.target[STATE].action = action;
    return this;
  }

  /**
   * Runs the command that `args` mean; resolves when its action has.
   *
   * @throws ValidationError for every usage error; nothing is printed but help, nothing exits
   */
  parse(args: string[] = hostArgs()): Promise<s.Result<PG, G, O, A, P>> {
    this.reset();
    this[STATE].isRoot = true;
    const end = args.indexOf("--");
    return runCommand(this, {
      args: end === -1 ? [...args] : args.slice(0, end),
      literal: end === -1 ? [] : args.slice(end + 1),
      values: {},
      anyFlag: false,
    }) as Promise<any>;
  }

  #option(flags: string, description: string, settings: unknown, global?: true): Command<any> {
    const facts = typeof settings === "function" ? { value: settings } : settings;
    const { groupName } = this[STATE];
    const option = makeOption(flags, description, { ...facts as Partial<Option>, groupName });
    register(this.target, global ? { ...option, global } : option);
    return this as Command<any>;
  }
}
