// deno-lint-ignore-file no-explicit-any -- Cliffy's own signatures are `any` here
/** A plain help page, for commands that bring no renderer of their own. */
import type { Command } from "./command.ts";
import { dedent } from "./definition.ts";
import type { HelpOptions, Option } from "./model.ts";
import { Type } from "./value_types.ts";

/** The sections of Cliffy's own page, without its colours and its table layout. */
export function plainHelp(command: Command<any>, { long = false }: HelpOptions): string {
  const version = command.getVersion();
  const description = long ? dedent(command.getDescription()) : command.getShortDescription();
  return [
    `Usage: ${`${command.getPath()} ${command.getUsage()}`.trim()}`,
    version ? `Version: ${version}` : "",
    description ? section("Description", description.split("\n").map((line) => [line])) : "",
    section(
      "Options",
      command.getOptions().map((option) => [
        [...option.flags.slice(0, -1), `${option.flags.at(-1)} ${option.typeDefinition ?? ""}`]
          .join(", ").trim(),
        `${option.description} ${hints(command, option)}`.trim(),
      ]),
    ),
    section(
      "Commands",
      command.getCommands().map((child) => [
        `${[child.getName(), ...child.getAliases()].join(", ")} ${child.getArgsDefinition() ?? ""}`,
        child.getShortDescription(),
      ]),
    ),
    section(
      "Environment variables",
      command.getEnvVars().map((one) => [one.names.join(", "), one.description]),
    ),
    section("Examples", command.getExamples().map((one) => [one.name, dedent(one.description)])),
  ].filter(Boolean).join("\n\n");
}

function section(title: string, rows: string[][]): string {
  if (rows.length === 0) return "";
  const width = Math.max(...rows.map(([first]) => first.trim().length));
  const lines = rows.map(([first, second]) =>
    second === undefined ? `  ${first}` : `  ${first.trim().padEnd(width)}  ${second}`.trimEnd()
  );
  return `${title}:\n\n${lines.join("\n")}`;
}

function hints(command: Command<any>, option: Option): string {
  const all: string[] = [];
  if (option.required) all.push("required");
  const value = typeof option.default === "function" ? option.default() : option.default;
  const text = typeof option.defaultText === "function"
    ? option.defaultText(value)
    : option.defaultText ?? (value === undefined ? undefined : JSON.stringify(value));
  if (text !== undefined) all.push(`Default: ${text}`);
  const type = option.args[0] && command.getType(option.args[0].type)?.handler;
  const values = type instanceof Type ? type.values?.() : undefined;
  if (values) all.push(`Values: ${values.map((one) => JSON.stringify(one)).join(", ")}`);
  return all.length > 0 ? `(${all.join(", ")})` : "";
}
