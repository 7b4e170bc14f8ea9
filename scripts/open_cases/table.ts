/** How a step of a case came out. */
export interface Cell {
  /** ok: as it must be. red: not so. none: there is nothing to do. unreached: an earlier step ended it. */
  state: "ok" | "red" | "none" | "unreached";
  text: string;
}

/** Steps in the order in which they are walked. */
export const STEPS = [
  "install",
  "apply",
  "generate",
  "check",
  "migrate",
  "dry run",
  "deploy",
  "401/200/404",
  "signed in",
  "stop",
] as const;

export type Step = typeof STEPS[number];

/** One case: a cell a step, and what has to be said of them. */
export interface Row {
  name: string;
  cells: Partial<Record<Step, Cell>>;
  notes: string[];
}

export const ok = (text: string): Cell => ({ state: "ok", text });
export const red = (text: string): Cell => ({ state: "red", text });
export const none = (text: string): Cell => ({ state: "none", text });
export const unreached = (text: string): Cell => ({ state: "unreached", text });

/** The rows that have a red cell. */
export function redRows(rows: Row[]): Row[] {
  return rows.filter(({ cells }) => Object.values(cells).some(({ state }) => state === "red"));
}

/** The table in Markdown, with the notes of each case below it. */
export function renderTable(rows: Row[], left: { name: string; why: string }[]): string {
  const lines = [
    `| case | ${STEPS.join(" | ")} |`,
    `| --- |${STEPS.map(() => " --- |").join("")}`,
    ...rows.map(({ name, cells }) =>
      `| ${name} | ${STEPS.map((step) => cellText(cells[step])).join(" | ")} |`
    ),
  ];
  if (left.length > 0) {
    lines.push("", "Not walked:", "", ...left.map(({ name, why }) => `- ${name}: ${why}`));
  }
  for (const { name, notes } of rows) {
    if (notes.length > 0) lines.push("", `### ${name}`, "", ...notes.map((note) => `- ${note}`));
  }
  return lines.join("\n") + "\n";
}

const MARKS = { ok: "ok", red: "RED", none: "-", unreached: "not reached" };

function cellText(cell: Cell | undefined): string {
  if (!cell) return "";
  const text = cell.text.replaceAll("|", "/").replaceAll("\n", " ");
  return text ? `${MARKS[cell.state]}: ${text}` : MARKS[cell.state];
}
