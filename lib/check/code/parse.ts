import type { File } from "@babel/types";

/** A parsed module, or why it is none. */
export type Parsed = { ast: File } | { reason: string; line: number };

/** Parses TypeScript and JSX with places; nothing is run. */
export type Parse = (text: string, file: string) => Parsed;

/** Loads the parser: half a megabyte that only `check` needs. */
export async function loadParser(): Promise<Parse> {
  const { parse } = await import("@babel/parser");
  return (text, file) => {
    try {
      const ast = parse(text, {
        sourceType: "module",
        // `<T>value` is a cast in .ts and markup in .tsx.
        plugins: [
          "typescript",
          "decorators-legacy",
          ...(/\.[jt]sx$|\.[cm]?js$/.test(file) ? ["jsx" as const] : []),
        ],
        attachComment: false,
        allowReturnOutsideFunction: true,
        // What only the compiler objects to is the compiler's business; here a file must be readable.
        errorRecovery: true,
      });
      return { ast };
    } catch (error) {
      if (error instanceof RangeError) return { reason: "it is nested too deeply", line: 1 };
      if (!(error instanceof SyntaxError)) throw error;
      const { loc } = error as SyntaxError & { loc?: { line: number } };
      const reason = error.message.replace(/ \(\d+:\d+\)[^]*$/, "").replace(/\.$/, "");
      return { reason: reason.split("\n")[0]!, line: loc?.line ?? 1 };
    }
  };
}
