/**
 * The other side of `Reentry`: runs one role of this program. Each role drops what it does not need
 * before it does anything else, and none reads the command tree.
 */
export async function enter(role: string, args: string[]): Promise<void> {
  switch (role) {
    case "sandbox": {
      const { runSandboxHost } = await import("../sandbox/host.ts");
      return await runSandboxHost();
    }
    case "server": {
      const { runServerRole } = await import("../platform/local/server/supervisor.ts");
      return await runServerRole(args);
    }
    case "app": {
      const { runAppRole } = await import("../platform/local/server/app_process.ts");
      return await runAppRole();
    }
    case "secret-page": {
      const { runSecretPageRole } = await import("../platform/local/secret_page/role.ts");
      return await runSecretPageRole(args);
    }
    default:
      console.error(`Error: Unknown command \`__${role}\` (UNKNOWN_COMMAND)`);
      Deno.exit(2);
  }
}
