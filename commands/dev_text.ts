import type { Finding } from "../lib/finding.ts";
import type { DevEvent, DevProblem, PushLoss } from "../lib/platform/dev.ts";
import { logText } from "./log/log_text.ts";

/** What happens in `dev`, for a person. Empty: nothing worth a line. */
export function devText(event: DevEvent): string {
  switch (event.event) {
    case "ready":
      return `Ready: ${event.url}`;
    case "reload":
      return `Reloaded in ${event.ms} ms (${some(event.changed)})`;
    case "push":
      return pushText(event);
    case "problem":
      return [
        ...event.problems.map(problemText),
        event.serving
          ? "The app runs on as it was; the next good save is taken up by itself"
          : "The app starts with the next good save",
      ].join("\n");
    case "solved":
      return "Solved: the app runs as it is declared";
    case "seed":
      return event.problem
        ? `${problemText(event.problem)}\n\`${event.file}\` runs again at the next change or start`
        : `Seeded with \`${event.file}\` in ${event.ms} ms`;
    case "types":
      return event.findings.length === 0
        ? "Types: no errors"
        : event.findings.map(({ file, line, message }) => `Types: ${place(file, line)}${message}`)
          .join("\n");
    case "review":
      return event.findings.map(reviewText).join("\n");
    case "web":
      return `web | ${event.text}`;
    case "notice":
      return `Note: ${event.message} (${event.code})`;
    case "log":
      return logText(event.record);
  }
}

function reviewText({ code, file, line, message, fix }: Finding): string {
  const where = file !== null && message.includes(file) ? "" : place(file, line);
  return [
    `Warning: ${where}${message} (${code}): it runs here, \`deploy\` will refuse it`,
    ...fix ? [`Hint: ${fix}`] : [],
  ].join("\n");
}

function pushText(
  { statements, renames, takenAsNew, lost, copy }: Extract<DevEvent, { event: "push" }>,
): string {
  const count = `${statements.length} statement${statements.length === 1 ? "" : "s"}`;
  return [
    `Pushed the schema to the dev database: ${count}`,
    ...renames.map(({ from, to }) => `  renamed \`${from}\` to \`${to}\``),
    ...takenAsNew.map((name) =>
      `  \`${name}\` is new; to have it renamed, answer \`edgespark db generate\` before the save`
    ),
    ...lost.map((loss) => `  lost ${lossText(loss)}`),
    ...copy ? [`  The database from before is in \`${copy}\``] : [],
  ].join("\n");
}

function lossText({ table, column, count }: PushLoss): string {
  const plural = count === 1 ? "" : "s";
  return column === null
    ? `${count} row${plural} of \`${table}\``
    : `${count} value${plural} of \`${table}.${column}\``;
}

function problemText({ code, message, file, line, hint, stack }: DevProblem): string {
  const said = message.startsWith("`") && file !== null && message.includes(file);
  return [
    `Error: ${said ? "" : place(file, line)}${message} (${code})`,
    ...stack ? stack.split("\n").slice(1).map((one) => `  ${one.trim()}`) : [],
    ...hint ? [`Hint: ${hint}`] : [],
  ].join("\n");
}

function place(file: string | null, line: number | null): string {
  if (file === null) return "";
  return `${line === null ? file : `${file}:${line}`}: `;
}

function some(names: string[]): string {
  return names.length > 3
    ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`
    : names.join(", ");
}
