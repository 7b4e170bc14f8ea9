/** What no template passes on: other people's history, state, packages and values. */
const FOLDERS = [".git", "git~1", ".edgespark", "node_modules"];
const EXAMPLES = [".env.example", ".env.sample", ".env.template"];

/** Whether a file of a template stays behind (contract section 4.2: environment-specific bits). */
export function isLeftOut(path: string): boolean {
  const names = path.toLowerCase().split("/");
  if (names.some((name) => FOLDERS.includes(name))) return true;
  const last = names.at(-1)!;
  return last === ".ds_store" || (/^\.env(\.|$)/.test(last) && !EXAMPLES.includes(last));
}
