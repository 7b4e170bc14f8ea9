import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import type { Dev } from "../../dev.ts";
import { DevRun } from "./dev.ts";
import { acquireDev } from "./guard.ts";
import { devPaths } from "./paths.ts";

/** The project's dev environment. Nothing of it is made before it runs. */
export function localDev(system: System, project: Project): Dev {
  return {
    async run(options, tell) {
      const lock = await acquireDev(system, project);
      try {
        if (options.reset) await system.files.remove(devPaths(project).folder);
        const run = new DevRun(system, project, options, tell);
        const interrupted = new Promise<void>((resolve) => {
          if (system.signal.aborted) resolve();
          system.signal.addEventListener("abort", () => resolve());
        });
        try {
          await Promise.race([run.start(), interrupted]);
          await interrupted;
        } finally {
          await run.stop();
        }
      } finally {
        lock.release();
      }
    },
  };
}
