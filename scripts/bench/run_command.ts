/** Runs a command to its end. @returns what it printed. @throws with all its words when it fails. */
export async function runCommand(command: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout);
  if (code === 0) return text;
  throw new Error(
    `${command.join(" ")} ended with ${code}\n${text}${new TextDecoder().decode(stderr)}`,
  );
}
