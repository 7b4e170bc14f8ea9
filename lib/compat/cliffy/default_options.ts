// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** `--help` and `--version`, which every program has unless it says otherwise. */
import type { Command } from "./command.ts";
import { loadUndescribed } from "./lazy.ts";
import type { Option } from "./model.ts";
import { makeOption, register } from "./register.ts";
import { type DefaultOption, STATE } from "./state.ts";

/** Registers them on the main command, once, when it is first run or asked for its help. */
export function addDefaultOptions(command: Command<any>): void {
  const main = command.getMainCommand();
  const state = main[STATE];
  if (state.hasDefaults) return;
  state.hasDefaults = true;
  if (state.versionOption !== false && (state.versionOption || state.version)) {
    add(main, state.versionOption, "-V, --version", "Show the version number for this program.", {
      action() {
        this.showVersion();
      },
    });
  }
  if (state.helpOption !== false) {
    add(main, state.helpOption, "-h, --help", "Show this help.", {
      global: true,
      async action() {
        await loadUndescribed(this);
        this.showHelp({ long: this.getRawArgs().some((word) => longHelpFlag(this) === word) });
      },
    });
  }
}

/** The flags that ask for help: `["-h", "--help"]`. */
export function helpFlags(command: Command<any>): string[] {
  const { helpOption } = command.getMainCommand()[STATE];
  if (helpOption === false) return [];
  return makeOption(helpOption?.flags || "-h, --help", "").flags;
}

function longHelpFlag(command: Command<any>): string | undefined {
  return helpFlags(command).find((flag) => flag.startsWith("--"));
}

function add(
  command: Command<any>,
  custom: Exclude<DefaultOption, false> | undefined,
  flags: string,
  description: string,
  settings: Partial<Option>,
): void {
  const option = makeOption(custom?.flags || flags, custom?.description || description, {
    standalone: true,
    prepend: true,
    ...settings,
    ...custom?.settings,
  });
  register(command, option);
}
