import type { AnyCommand } from "./tree.ts";

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

function table(rows: string[][]): string[] {
  const width = Math.max(...rows.map(([left]) => left!.length));
  return rows.map(([left, right]) => `${left!.padEnd(width)}  ${right}`);
}

function section(title: string, lines: string[]): string {
  return lines.length === 0 ? "" : [`${title}:`, ...lines.map((line) => `  ${line}`)].join("\n");
}
