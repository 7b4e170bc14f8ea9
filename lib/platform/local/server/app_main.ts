/** The app's process as a program of its own: nothing but the host of its Worker is loaded. */
import { runAppRole } from "./app_process.ts";

await runAppRole();
