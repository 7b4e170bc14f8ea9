import { describeFault, userFrames } from "./fault.ts";
import type { Frame } from "./job.ts";
import { readRoutes } from "./routes.ts";
import { OutsideHandler, stubRuntime } from "./runtime.ts";

/** The first use of the SDK that ends the loading of an app in the real runtime. */
export interface OutsideUse {
  /** Such as "vars.get". */
  use: string;
  frames: Frame[];
}

/**
 * Looks at an app: its routes, what it exports, and the use of the SDK that its top level must not make.
 * After such a use it is loaded once more with an SDK that refuses nothing, so that its routes are known
 * all the same. What the app itself catches is nobody's concern.
 */
export async function loadApp(url: string): Promise<unknown> {
  const become = stubRuntime();
  try {
    return readRoutes(await import(url));
  } catch (error) {
    if (!(error instanceof OutsideHandler)) throw error;
    const outside: OutsideUse = { use: error.use, frames: describeFault(error).frames };
    become("lenient");
    // Another address is another module.
    const again = `${url}#again`;
    userFrames(again);
    try {
      return { ...readRoutes(await import(again)), outside };
    } catch {
      // What follows from a value that nothing stands behind: the use is what must be said.
      return { problem: null, routes: [], exports: [], outside };
    }
  }
}
