import { Command } from "@cliffy/command";
import { Failure } from "../failure.ts";
import { suggest } from "../suggest.ts";
import type { Cli } from "./cli.ts";

/** Any command, whatever its options are. */
// deno-lint-ignore no-explicit-any -- the options of a leaf are its own business
export type AnyCommand = Command<any>;

/** A command before it is loaded: its line in the help, and where its code lies. */
export interface CommandEntry {
  about: string;
  load?: () => Promise<(cli: Cli) => AnyCommand>;
  /** Commands below this one. */
  commands?: CommandTree;
  /** For a name without code of its own: what to show as an example, `[what it does, command line]`. */
  example?: [string, string];
  hidden?: boolean;
  /** It evaluates declarations: the sandbox starts while the rest of the command is still loaded. */
  evaluates?: boolean;
}

/** Names to entries, in the order of the help page. */
export interface CommandTree {
  [name: string]: CommandEntry;
}

/** The command that the words name, and the names that led there. */
export interface FoundCommand {
  path: string[];
  entry: CommandEntry;
}

/**
 * Walks the words of the command line down the tree.
 *
 * @throws Failure UNKNOWN_COMMAND (usage) with the nearest name.
 */
export function findCommand(tree: CommandTree, words: string[]): FoundCommand {
  let entry: CommandEntry = { about: "", commands: tree };
  const path: string[] = [];
  for (const word of words) {
    if (!entry.commands) break;
    const next = Object.hasOwn(entry.commands, word) ? entry.commands[word] : undefined;
    if (!next) {
      // A command that has an action of its own may take arguments as well.
      if (entry.load) break;
      throw unknownCommand(path, word, Object.keys(entry.commands));
    }
    path.push(word);
    entry = next;
  }
  return { path, entry };
}

/** Every command that can be carried out: its words, such as "db generate", and its line. */
export function listCommands(
  tree: CommandTree,
  above: string[] = [],
): { command: string; about: string }[] {
  return Object.entries(tree).filter(([, { hidden }]) => !hidden).flatMap(([name, entry]) => {
    const path = [...above, name];
    return [
      ...entry.load ? [{ command: path.join(" "), about: entry.about }] : [],
      ...entry.commands ? listCommands(entry.commands, path) : [],
    ];
  });
}

function unknownCommand(path: string[], word: string, known: string[]): Failure {
  const near = suggest(word, known);
  const line = ["edgespark", ...path].join(" ");
  return new Failure("usage", "UNKNOWN_COMMAND", `Unknown command \`${[line, word].join(" ")}\``, {
    hint: near ? `Did you mean \`${line} ${near}\`?` : `See \`${line} --help\``,
    details: near ? { suggestion: near } : undefined,
  });
}

/**
 * The Cliffy tree with the found command loaded and every other one as a name with its description:
 * what is not called is not loaded.
 */
export async function buildTree(
  tree: CommandTree,
  found: FoundCommand,
  cli: Cli,
): Promise<{ root: AnyCommand; command: AnyCommand }> {
  const root: AnyCommand = new Command()
    .name("edgespark")
    .description(ABOUT)
    .example("Start a project", "edgespark init my-app --agent claude")
    .noExit()
    .throwErrors()
    .helpOption(false)
    .globalOption("--json", "Print the answer as one line of JSON")
    .globalOption("--project <dir:string>", "Folder of the project (default: from here up)")
    .globalOption("-q, --quiet", "Print the answer and errors only")
    .globalOption("--no-color", "Print without colour");
  let command = root;
  await addCommands(root, tree, [], found, cli, (called) => command = called);
  return { root, command };
}

const ABOUT = "The declarative backend workflow for people and coding agents";

async function addCommands(
  parent: AnyCommand,
  tree: CommandTree,
  path: string[],
  found: FoundCommand,
  cli: Cli,
  onCalled: (command: AnyCommand) => void,
): Promise<void> {
  for (const [name, entry] of Object.entries(tree)) {
    const here = [...path, name];
    const onPath = here.every((word, index) => found.path[index] === word);
    const called = onPath && here.length === found.path.length;
    const create = called ? await entry.load?.() : undefined;
    const command: AnyCommand = (create ? create(cli) : new Command()).description(entry.about);
    if (entry.hidden) command.hidden();
    if (entry.example) command.example(...entry.example);
    if (onPath && entry.commands) {
      await addCommands(command, entry.commands, here, found, cli, onCalled);
    }
    parent.command(name, command);
    if (called) onCalled(command);
  }
}
