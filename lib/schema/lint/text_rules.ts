import type { Migration } from "../chain.ts";
import { D1_LIMITS, type Remark } from "./codes.ts";

/** What the text of the statements alone shows: limits of D1. */
export function textRemarks({ statements }: Migration): Remark[] {
  const encoder = new TextEncoder();
  return statements.flatMap(({ text, tokens }, statement): Remark[] => {
    const bytes = text.length * 3 > D1_LIMITS.statement ? encoder.encode(text).length : 0;
    // One that is named or numbered counts once.
    const parameters = new Set(
      tokens.filter(({ kind }) => kind === "parameter")
        .map(({ text, start }) => text === "?" ? start : text),
    ).size;
    return [
      ...(bytes > D1_LIMITS.statement
        ? [{
          code: "STATEMENT_TOO_LONG",
          statement,
          message: `The statement has ${bytes} bytes; D1 accepts ${D1_LIMITS.statement}`,
          fix: "Split it into several statements",
        }]
        : []),
      ...(parameters > D1_LIMITS.parameters
        ? [{
          code: "TOO_MANY_PARAMETERS",
          statement,
          message:
            `The statement has ${parameters} placeholders; D1 accepts ${D1_LIMITS.parameters}`,
          fix: "Write the values into the statement, or split it",
        }]
        : []),
    ];
  });
}
