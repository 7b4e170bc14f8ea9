/** JSON out of JSON with comments and trailing commas; strings are left as they are. */
export function plainJson(text: string): string {
  const withoutComments = text.replace(
    /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g,
    (_, kept) => kept ?? "",
  );
  return withoutComments.replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, kept) => kept ?? "");
}
