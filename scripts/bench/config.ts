import { join } from "@std/path";
import type { CheckTools } from "./check.ts";

/** Which sentence a row measures. */
export type ConfigSentence = "var set" | "pull types --check";

/**
 * `var-set` and `types-check`: a small command of ours, whole process, project read and database opened,
 * against the least that drizzle-kit can be asked for: its version.
 */
export async function configSides(sentence: ConfigSentence, { ours, peers, root }: CheckTools) {
  const defs = join(root, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), '[server]\npath = "server"\n');
  await Deno.writeTextFile(
    join(defs, "runtime.ts"),
    'export type VarKey = "PAGE_SIZE";\nexport type SecretKey = never;\n',
  );
  const command = (words: string[]) => [...ours, ...words, "--json", "--project", root];
  const { success } = await new Deno.Command(ours[0]!, {
    args: command(["pull", "types"]).slice(1),
    cwd: root,
    stdout: "null",
    stderr: "inherit",
  }).output();
  if (!success) throw new Error("`pull types` failed");
  const words = sentence === "var set" ? ["var", "set", "PAGE_SIZE=20"] : sentence.split(" ");
  return {
    ours: { label: `edgespark ${words.join(" ")}`, command: command(words), cwd: root },
    theirs: {
      label: "drizzle-kit 0.31.11 --version under Node",
      command: ["node", join(peers, "node_modules/drizzle-kit/bin.cjs"), "--version"],
      cwd: root,
    },
  };
}
