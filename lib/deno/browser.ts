import type { Browser } from "../ports/browser.ts";

/** The desktop's own opener. */
export function denoBrowser(): Browser {
  return {
    async open(url) {
      const [program, ...args] = opener(url);
      try {
        const child = new Deno.Command(program!, {
          args,
          stdin: "null",
          stdout: "null",
          stderr: "null",
        }).spawn();
        const timeout = new Promise<boolean>((resolve) => setTimeout(() => resolve(true), 2000));
        return await Promise.race([child.status.then((status) => status.success), timeout]);
      } catch {
        return false;
      }
    },
  };
}

function opener(url: string): string[] {
  if (Deno.build.os === "darwin") return ["open", url];
  if (Deno.build.os === "windows") return ["rundll32", "url.dll,FileProtocolHandler", url];
  return ["xdg-open", url];
}
