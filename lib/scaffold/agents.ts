import { Failure } from "../failure.ts";

/** Agents that read a file of their own name; every other one reads AGENTS.md (contract section 2.12). */
const OWN_FILE: Record<string, string> = { claude: "CLAUDE.md", gemini: "GEMINI.md" };

/** The agents that `--agent` is known to be used with. Other names work too. */
export const AGENTS: readonly string[] = [
  "claude",
  "codex",
  "gemini",
  "cursor",
  "copilot",
  "opencode",
  "amp",
  "devin",
  "aider",
  "windsurf",
  "cline",
  "continue",
  "antigravity",
  "kiro",
  "custom",
];

/**
 * The name of the instruction file that an agent reads.
 *
 * @throws Failure MISSING_AGENT (usage) without a name.
 */
export function agentFile(agent: string | undefined): string {
  const name = agent?.trim().toLowerCase();
  if (!name) {
    throw new Failure("usage", "MISSING_AGENT", "Name the coding agent with `--agent <agent>`", {
      hint: `Known agents: ${AGENTS.join(", ")}; any other name gets \`AGENTS.md\``,
      details: { agents: AGENTS },
    });
  }
  return Object.hasOwn(OWN_FILE, name) ? OWN_FILE[name]! : "AGENTS.md";
}
