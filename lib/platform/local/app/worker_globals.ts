/**
 * Runs before every other module of the Worker: libraries look at `process.env` while they load, and
 * the Worker may not read the environment.
 */
import process from "node:process";

Object.defineProperty(process, "env", {
  value: { NODE_ENV: "production" },
  writable: true,
  configurable: true,
});
