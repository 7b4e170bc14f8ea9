import { Failure } from "../failure.ts";
import type { Finding } from "../finding.ts";
import { decode } from "../project/project.ts";
import { type EnvLine, scanEnv } from "./env_lines.ts";
import { KEY_PATTERN } from "./key_names.ts";

/** Largest file, bytes. */
const LARGEST_FILE = 256 * 1024;
/** Largest value, bytes of UTF-8: what a secret may have. */
const LARGEST_VALUE = 64 * 1024;

/** The values of `.env.local`, for `dev` only. They are told apart into vars and secrets by what the project declares. */
export interface EnvFile {
  values: Record<string, string>;
  /** What is wrong with lines; never a value. A line with an error has no value. */
  findings: Finding[];
}

/**
 * Reads an env file: `KEY=value`, an optional `export` before it, comments after `#`, values in single,
 * double or back quotes over several lines; `\n`, `\r`, `\t`, `\"` and `\\` within double quotes. Nothing is
 * expanded, `$` is a letter. Of a key that stands twice the last one counts, and that is told.
 *
 * @param path how findings name the file
 * @throws Failure NOT_UTF8, ENV_FILE_TOO_LARGE (config)
 */
export function readEnvFile(content: Uint8Array | string, path: string): EnvFile {
  if (content.length > LARGEST_FILE) {
    throw new Failure(
      "config",
      "ENV_FILE_TOO_LARGE",
      `\`${path}\` has more than ${LARGEST_FILE / 1024} KB`,
      { hint: "Keep large content in a bucket", details: { file: path } },
    );
  }
  const text = typeof content === "string" ? content : decode(content, path);
  const found = new Map<string, EnvLine>();
  const findings: Finding[] = [];
  const tell = (
    severity: Finding["severity"],
    code: string,
    line: number,
    message: string,
    fix: string,
  ) => findings.push({ code, severity, file: path, line, message, fix });
  for (const entry of scanEnv(text)) {
    const { key, line, problem, value } = entry;
    if (problem !== null) {
      tell("error", "ENV_LINE_INVALID", line, problem, 'Write it as `KEY=value` or `KEY="value"`');
    } else if (!KEY_PATTERN.test(key)) {
      tell(
        "warning",
        "ENV_KEY_INVALID",
        line,
        "The name before `=` is none of a var or secret, so the line is left out",
        "Use upper-case letters, digits and `_`, a letter first",
      );
    } else if (new TextEncoder().encode(value).length > LARGEST_VALUE) {
      tell(
        "error",
        "ENV_VALUE_TOO_LARGE",
        line,
        `The value of \`${key}\` has more than ${LARGEST_VALUE / 1024} KB`,
        "Keep large content in a bucket",
      );
    } else {
      const earlier = found.get(key);
      if (earlier) {
        tell(
          "warning",
          "ENV_KEY_REPEATED",
          line,
          `\`${key}\` stands in line ${earlier.line} too; this one counts`,
          `Remove one of them`,
        );
      }
      found.set(key, entry);
    }
  }
  const values = Object.fromEntries([...found].map(([key, entry]) => [key, entry.value]));
  return { values, findings };
}
