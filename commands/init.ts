import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { AGENTS } from "../lib/scaffold/agents.ts";
import { initProject, type InitResult } from "../lib/scaffold/init_project.ts";

/**
 * `init`: make a new project.
 *
 * Writes a full-stack project into a new folder of the working folder; installs and deploys nothing.
 */
export function initCommand(cli: Cli) {
  return new Command()
    .arguments("<name:string>")
    .option(
      "-a, --agent <agent:string>",
      `Coding agent to write instructions for: ${AGENTS.join(", ")}`,
    )
    .example("A project for Claude", "edgespark init my-app --agent claude")
    .example("A project for any other agent", "edgespark init my-app --agent codex")
    .action(async ({ agent }, name) => {
      const chosen = agent ?? cli.system.env.get("EDGESPARK_AGENT_NAME") ?? await askAgent(cli);
      const result = await initProject(cli.system, {
        name,
        agent: chosen,
        parent: cli.system.env.cwd,
      });
      cli.print(result, initText);
    });
}

async function askAgent(cli: Cli): Promise<string | undefined> {
  if (!cli.interactive) return undefined;
  const { Select } = await import("@cliffy/prompt");
  return await Select.prompt({ message: "Which coding agent works on it?", options: [...AGENTS] });
}

function initText({ path, files, agentFile, next }: InitResult): string {
  return [
    `Created ${path} (${files.length} files, instructions in ${agentFile})`,
    "",
    "Next steps (the `edgespark` commands run inside the project):",
    ...next.map((step) => `  ${step}`),
  ].join("\n");
}
