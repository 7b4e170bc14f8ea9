/** Runs before every other module of the Worker. */
import { installLazyProcess } from "./node_process.ts";

installLazyProcess();
