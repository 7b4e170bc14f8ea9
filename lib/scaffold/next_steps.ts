import type { ProjectNeeds } from "./needs.ts";

/**
 * What to run after `init`, one command line each, as they can be pasted one after the other: only
 * what applies, in the contract's order (section 4.2).
 *
 * @param folder the project's folder, relative to where the user is
 * @param serverPath, webPath relative to the project
 */
export function nextSteps(
  folder: string,
  { serverPath, webPath }: { serverPath: string; webPath: string | null },
  needs: Omit<ProjectNeeds, "notes">,
): string[] {
  const at = (path: string) => (path === "." ? folder : `${folder}/${path}`);
  return [
    `(cd ${at(serverPath)} && npm install)`,
    ...(needs.hasWeb && webPath ? [`(cd ${at(webPath)} && npm install)`] : []),
    `cd ${folder}`,
    ...needs.vars.map((key) => `edgespark var set ${key}=<ask your user>`),
    // One page takes them all.
    ...(needs.secrets.length > 0 ? [`edgespark secret set ${needs.secrets.join(" ")}`] : []),
    ...(needs.hasUnmigratedTables ? ["edgespark db generate"] : []),
    ...(needs.hasMigrations || needs.hasUnmigratedTables ? ["edgespark db migrate"] : []),
    ...(needs.buckets.length > 0 ? ["edgespark storage apply"] : []),
    "edgespark auth apply",
    "edgespark deploy",
  ];
}
