import { Command } from "@cliffy/command";
import type { Cli } from "../lib/cli/cli.ts";
import { AGENTS } from "../lib/scaffold/agents.ts";
import { initProject, type InitResult } from "../lib/scaffold/init_project.ts";
import { SOURCES } from "../lib/scaffold/source.ts";

/**
 * `init`: make a new project.
 *
 * Writes a template into a new folder of the working folder; installs, runs and deploys nothing. Uses
 * the network for templates that lie there, and for no other.
 */
export function initCommand(cli: Cli) {
  return new Command()
    .arguments("<name:string>")
    .option(
      "-a, --agent <agent:string>",
      `Coding agent to write instructions for: ${AGENTS.join(", ")}`,
    )
    .option("-t, --template <source:string>", `What to start from: ${SOURCES}`, {
      default: "fullstack",
    })
    .example("An API with a web app, for Claude", "edgespark init my-app --agent claude")
    .example("An API alone", "edgespark init my-api --agent codex --template api")
    .example(
      "From a folder of a repository",
      "edgespark init my-app --agent codex --template github:edgesparkhq/official-templates/bounty-tasks",
    )
    .example(
      "From a private repository",
      [
        "edgespark init my-app --agent codex",
        "--template git@github.com:me/template.git#main",
      ].join(" "),
    )
    .action(async ({ agent, template }, name) => {
      const chosen = agent ?? cli.system.env.get("EDGESPARK_AGENT_NAME") ?? await askAgent(cli);
      const parent = cli.system.env.cwd;
      const result = await initProject(cli.system, { name, agent: chosen, template, parent });
      for (const path of result.skipped) {
        cli.warn(
          "LINK_SKIPPED",
          `\`${path}\` of the template is a link or no file; it was left out`,
        );
      }
      for (const note of result.needs.notes) cli.warn("TEMPLATE_NOTE", note);
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
    "Next steps:",
    ...next.map((step) => `  ${step}`),
  ].join("\n");
}
