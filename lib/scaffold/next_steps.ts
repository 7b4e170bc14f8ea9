/** What a new project consists of, as far as the next steps depend on it. */
export interface NewProject {
  /** The folder, relative to where the user is. */
  folder: string;
  hasWeb: boolean;
  vars: string[];
  secrets: string[];
  hasMigrations: boolean;
  hasBuckets: boolean;
}

/** What to run after `init`, one command line each: only what applies, in the contract's order (section 4.2). */
export function nextSteps(project: NewProject): string[] {
  return [
    `cd ${project.folder}/server && npm install`,
    ...(project.hasWeb ? [`cd ${project.folder}/web && npm install`] : []),
    ...project.vars.map((key) => `edgespark var set ${key}=<ask your user>`),
    ...project.secrets.map((key) => `edgespark secret set ${key}`),
    ...(project.hasMigrations ? ["edgespark db migrate"] : []),
    ...(project.hasBuckets ? ["edgespark storage apply"] : []),
    "edgespark auth apply",
    "edgespark deploy",
  ];
}
