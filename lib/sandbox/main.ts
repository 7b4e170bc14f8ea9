/** The sandbox's process as a program of its own: nothing but the host is loaded. */
import { runSandboxHost } from "./host.ts";

await runSandboxHost();
