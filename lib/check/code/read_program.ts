import { join, relative } from "@std/path";
import { readTsSettings } from "../../bundle/tsconfig.ts";
import type { Finding } from "../../finding.ts";
import type { System } from "../../ports/system.ts";
import type { Project } from "../../project/project.ts";
import { loadParser } from "./parse.ts";
import type { Program } from "./program.ts";
import { readModule } from "./read_module.ts";

/** The server's code, read once; what could not be read is told. */
export interface ReadProgram {
  program: Program;
  findings: Finding[];
}

const CODE = /\.(?:[cm]?[jt]s|[jt]sx)$/;
const NO_CODE = /\.d\.[cm]?ts$/;
const SKIPPED = new Set(["node_modules", ".edgespark", "dist"]);

/**
 * Reads and parses every code file in `server/src`. Nothing is run, and links are not followed.
 *
 * @throws Failure TSCONFIG_INVALID (config)
 */
export async function readProgram(system: System, project: Project): Promise<ReadProgram> {
  const [parse, ts, paths] = await Promise.all([
    loadParser(),
    readTsSettings(system, project),
    codeFiles(system, join(project.server, "src")),
  ]);
  const texts = await Promise.all(paths.map((path) => system.files.read(path)));
  const program: Program = { modules: new Map(), ts, defs: project.defs };
  const findings: Finding[] = [];
  for (const [index, path] of paths.entries()) {
    const file = relative(project.root, path).replaceAll("\\", "/");
    const parsed = parse(new TextDecoder().decode(texts[index] ?? new Uint8Array()), file);
    if ("ast" in parsed) program.modules.set(path, readModule(file, path, parsed.ast));
    else findings.push(unreadable(file, parsed.line, parsed.reason));
  }
  return { program, findings };
}

async function codeFiles(system: System, folder: string): Promise<string[]> {
  const found = await Promise.all(
    (await system.files.list(folder)).map(({ name, kind }) => {
      const path = join(folder, name);
      if (kind === "folder" && !SKIPPED.has(name)) return codeFiles(system, path);
      return kind === "file" && CODE.test(name) && !NO_CODE.test(name) ? [path] : [];
    }),
  );
  return found.flat();
}

function unreadable(file: string, line: number, reason: string): Finding {
  return {
    code: "SYNTAX_ERROR",
    severity: "error",
    file,
    line,
    message: `\`${file}\` cannot be read: ${reason}`,
    fix: `Correct line ${line} of \`${file}\``,
  };
}
