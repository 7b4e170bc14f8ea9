/**
 * Writes what the documentation says of the commands, out of the command tree itself: `docs/commands.md`
 * and the table in README.md. `deno task docs`; a test fails while they are stale.
 */
import { join } from "@std/path";
import { COMMANDS } from "../commands/mod.ts";
import { run } from "../lib/cli/run.ts";
import type { CommandTree } from "../lib/cli/tree.ts";
import { denoSystem } from "../lib/deno/system.ts";
import { fillCommandTables, leaves } from "./command_tables.ts";
import { ROOT } from "./esbuild_options.ts";

const GLOBAL = "Global options:";

/** A command or a group of them, with its help page cut into sections. */
interface Page {
  path: string[];
  sections: string[];
}

/** Path from the root -> text, for every file that holds something of the command tree. */
export async function renderDocs(): Promise<Record<string, string>> {
  const pages: Page[] = [];
  for (const path of paths(COMMANDS)) {
    pages.push({ path, sections: (await help(path)).trimEnd().split("\n\n") });
  }
  const readme = await Deno.readTextFile(join(ROOT, "README.md"));
  return {
    "docs/commands.md": commandPages(pages),
    "README.md": fillCommandTables(readme, readmeTable(pages), true),
  };
}

function commandPages(pages: Page[]): string {
  const [root, ...rest] = pages;
  const global = root!.sections.find((section) => section.startsWith(GLOBAL))!;
  return [
    "# Commands",
    "<!-- Written by `deno task docs` from the command tree: edit the commands, not this page. -->",
    "What `--help` says, on one page. Every command takes these:",
    fenced(global.split("\n").slice(1).map((line) => line.trim()).join("\n")),
    "Exit codes and the shape of answers are in the [README](../README.md#commands).",
    ...rest.flatMap(commandPage),
  ].join("\n\n") + "\n";
}

function commandPage({ path, sections: [about, ...sections] }: Page): string[] {
  const told = sections.filter((section) =>
    !section.startsWith(GLOBAL) && !section.startsWith("Run `")
  );
  const heading = path.length === 1 ? "##" : "###";
  return [
    `${heading} \`${path.join(" ")}\``,
    `${about!.replace(/\n/g, " ")}.`,
    fenced(told.join("\n\n")),
  ];
}

function readmeTable(pages: Page[]): string {
  const usage = (path: string[]) =>
    pages.find((page) => page.path.join(" ") === path.join(" "))!
      .sections.find((section) => section.startsWith("Usage:"))!
      .split("\n")[1]!.trim().replace(/^edgespark /, "").replace(/ <command>| \[options\]/g, "");
  const rows = leaves(COMMANDS).map(({ path, about }) => [`\`${usage(path)}\``, about]);
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => row[column]!.length), "what it does".length)
  );
  const line = (cells: string[], blank = " ") =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!, blank)).join(" | ")} |\n`;
  return line(["command", "what it does"]) + line(["", ""], "-") +
    rows.map((row) => line(row)).join("");
}

function fenced(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}

/** The root and everything below it, in the order of the help page. */
function paths(tree: CommandTree, above: string[] = []): string[][] {
  return [
    above,
    ...Object.entries(tree).flatMap(([name, entry]) =>
      entry.hidden ? [] : paths(entry.commands ?? {}, [...above, name])
    ),
  ];
}

/** The help page as a user gets it. */
async function help(path: string[]): Promise<string> {
  let text = "";
  const terminal = {
    interactive: false,
    colour: false,
    out: (words: string) => void (text += words),
    err: (words: string) => void (text += words),
  };
  const code = await run([...path, "--help"], { ...denoSystem([]), terminal }, COMMANDS);
  if (code !== 0) throw new Error(`\`${path.join(" ")} --help\` failed:\n${text}`);
  return text;
}

if (import.meta.main) {
  for (const [name, text] of Object.entries(await renderDocs())) {
    const path = join(ROOT, name);
    if (await Deno.readTextFile(path).catch(() => "") === text) continue;
    await Deno.writeTextFile(path, text);
    console.error(`Wrote ${name}`);
  }
}
