/**
 * Stand-in for `jsr:@cliffy/prompt` over `npm:@clack/prompts`, which is imported when the first
 * question is asked. See README.md for the differences.
 */
import { ask } from "./prompt/ask.ts";
import { inject } from "./prompt/injected.ts";
import type {
  ConfirmOptions,
  InputOptions,
  SecretOptions,
  SelectOption,
  SelectOptions,
  Widen,
} from "./prompt/options.ts";
import { acceptText, problemOf } from "./prompt/text.ts";

export type { ConfirmOptions, InputOptions, SecretOptions, SelectOption, SelectOptions };

const named = <T extends object>(options: string | T): T | { message: string } =>
  typeof options === "string" ? { message: options } : options;

/** Asks for a line of text, which is trimmed. */
export class Input {
  static async prompt(given: string | InputOptions): Promise<string> {
    const options: InputOptions = named(given);
    const answer = await ask<string>(options, {
      show: (clack, common) =>
        clack.text({
          ...common,
          placeholder: options.default,
          defaultValue: options.default ?? "",
          validate: (value) => problemOf("Value", options, value),
        }),
      accept: (value) => acceptText("Value", options, value),
    });
    return answer.trim();
  }

  /** Answers the next prompt, for tests. */
  static inject(value: string): void {
    inject(value);
  }
}

/** Asks for a line of text without showing it. */
export class Secret {
  static async prompt(given: string | SecretOptions): Promise<string> {
    const options: SecretOptions = named(given);
    const { label = "Secret" } = options;
    const answer = await ask<string>(options, {
      show: (clack, common) =>
        clack.password({
          ...common,
          mask: options.hidden ? "" : "*",
          validate: (value) => problemOf(label, options, value),
        }),
      accept: (value) => acceptText(label, options, value),
    });
    return answer || (options.default ?? "");
  }

  /** Answers the next prompt, for tests. */
  static inject(value: string): void {
    inject(value);
  }
}

/** Asks yes or no. Without a default, "no" is preselected. */
export class Confirm {
  static prompt(given: string | ConfirmOptions): Promise<boolean> {
    const options: ConfirmOptions = named(given);
    const { active = "Yes", inactive = "No" } = options;
    return ask<boolean>(options, {
      show: (clack, common) =>
        clack.confirm({ ...common, active, inactive, initialValue: options.default ?? false }),
      accept(answer) {
        const word = String(answer).toLowerCase();
        if (word === "" && options.default !== undefined) return options.default;
        const means = (label: string) =>
          [label, label[0]].some((one) => one.toLowerCase() === word);
        if (!means(active) && !means(inactive)) throw new Error("Invalid answer.");
        return means(active);
      },
    });
  }

  /** Answers the next prompt, for tests: `y`, `n` or a label. */
  static inject(value: string): void {
    inject(value);
  }
}

/** Asks for one of several values. */
export class Select {
  static async prompt<T>(given: SelectOptions<T>): Promise<Widen<T>> {
    const choices = given.options.map((one) =>
      typeof one === "object" && one !== null ? one as SelectOption<T> : { value: one as T }
    );
    const options = choices.map(({ value, name = String(value), disabled }) => ({
      value,
      label: name,
      disabled,
    }));
    const answer = await ask<T>(given, {
      show: (clack, common) =>
        clack.select<unknown>({
          ...common,
          options,
          initialValue: given.default,
          maxItems: given.maxRows,
        }) as Promise<T | symbol>,
      accept(value) {
        if (!choices.some((choice) => choice.value === value)) throw new Error("Invalid answer.");
        return value as T;
      },
    });
    return answer as Widen<T>;
  }

  /** Answers the next prompt, for tests. */
  static inject<T>(value: T): void {
    inject(value);
  }
}
