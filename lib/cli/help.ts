import type { AnyCommand } from "./tree.ts";

/** Columns of a help page, and how far its sections are set in. */
const WIDTH = 100;
const INDENT = 2;

/**
 * The help page of a command: what it is, how to call it, its commands or options, examples, and
 * where to look next. It is rendered from the command itself, so that it cannot differ from it.
 */
export function renderHelp(command: AnyCommand): string {
  const sections = [
    command.getDescription(),
    section("Usage", [usage(command)]),
    section(
      "Commands",
      table(command.getCommands().map((child) => [child.getName(), child.getDescription()])),
    ),
    section(
      "Arguments",
      table(
        command.getArguments().filter((arg) => arg.description).map((
          arg,
        ) => [arg.name, arg.description!]),
      ),
    ),
    section("Options", table(options(command, false))),
    section(
      "Global options",
      table([
        ...options(command, true),
        ["-h, --help", "Show this help"],
        ...(command.getParent() ? [] : [["-V, --version", "Show the version"]]),
      ]),
    ),
    section(
      "Examples",
      command.getExamples().flatMap((example) => [`# ${example.name}`, example.description]),
    ),
    command.hasCommands()
      ? `Run \`${command.getPath()} <command> --help\` for more on a command`
      : "",
  ];
  return sections.filter((text) => text !== "").join("\n\n") + "\n";
}

function usage(command: AnyCommand): string {
  const args = command.getArguments().map((arg) => {
    const name = arg.variadic ? `${arg.name}...` : arg.name;
    return arg.optional ? `[${name}]` : `<${name}>`;
  });
  const rest = command.hasCommands() ? ["<command>"] : args;
  return [command.getPath(), ...rest, "[options]"].join(" ");
}

function options(command: AnyCommand, global: boolean): string[][] {
  const listed = global && !command.getParent()
    ? command.getOptions()
    : command.getOptions().filter((option) => Boolean(option.global) === global);
  return listed.map((option) => {
    const value = option.typeDefinition?.replace(/:\w+(\[\])?/g, "") ?? "";
    const notes = [
      option.required ? "required" : "",
      option.default !== undefined && typeof option.default !== "boolean"
        ? `default: ${option.default}`
        : "",
    ].filter(Boolean);
    const flags = [option.flags.join(", "), value].filter(Boolean).join(" ");
    return [flags, option.description + (notes.length > 0 ? ` (${notes.join(", ")})` : "")];
  });
}

/** Two columns; the right one is wrapped so that a line fits. */
function table(rows: string[][]): string[] {
  const indent = Math.max(...rows.map(([left]) => left!.length)) + 2;
  return rows.flatMap(([left, right]) => {
    const [first, ...rest] = wrap(right!, WIDTH - INDENT - indent);
    return [left!.padEnd(indent) + first, ...rest.map((line) => " ".repeat(indent) + line)];
  });
}

function wrap(text: string, width: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1)!;
    if (line !== "" && line.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines;
}

function section(title: string, lines: string[]): string {
  if (lines.length === 0) return "";
  return [`${title}:`, ...lines.map((line) => " ".repeat(INDENT) + line)].join("\n");
}
