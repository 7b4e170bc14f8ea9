/** Arguments in, exit code out; `__<role>` starts a part of this program in a process of its own. */
const role = Deno.args[0]?.startsWith("__") ? Deno.args[0].slice(2) : null;
if (role) {
  const { enter } = await import("./lib/deno/enter.ts");
  await enter(role, Deno.args.slice(1));
} else {
  const [{ run }, { denoSystem }, { COMMANDS }] = await Promise.all([
    import("./lib/cli/run.ts"),
    import("./lib/deno/system.ts"),
    import("./commands/mod.ts"),
  ]);
  Deno.exit(await run(Deno.args, denoSystem(), COMMANDS));
}
