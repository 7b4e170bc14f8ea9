import { join } from "@std/path";

const FILE = join(import.meta.dirname!, "expected.json");

/** What D1 answers, as workerd said it when it was last recorded. */
export async function expected(): Promise<Record<string, Record<string, unknown>>> {
  return JSON.parse(await Deno.readTextFile(FILE));
}

/** `deno run -A tests/conformance/d1/expected.ts` asks workerd again and writes its answers down. */
if (import.meta.main) {
  const { askWorkerd } = await import("./workerd.ts");
  await Deno.writeTextFile(FILE, JSON.stringify(await askWorkerd(), null, 2) + "\n");
  const fmt = new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", FILE] });
  Deno.exit((await fmt.output()).code);
}
