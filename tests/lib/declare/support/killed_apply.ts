/**
 * Applies other buckets in the folder given as the first argument, and kills itself before the n-th
 * thing that changes the disk; `n` is the second argument. Ends with 0 when there were fewer.
 */
import { DatabaseSync } from "node:sqlite";
import { applyStorage } from "../../../../lib/declare/apply_storage.ts";
import { openLocalPlatform } from "../../../../lib/platform/local/local_platform.ts";
import { openProject } from "../../../../lib/project/project.ts";
import { testSystem } from "../../../support/system.ts";

/** What the project declares after the change; `old` gets the name `new`. */
const AFTER = ["avatars", "fresh", "new"];

if (import.meta.main) {
  const [cwd, point] = Deno.args;
  const system = testSystem({ cwd: cwd! });
  const project = await openProject(system, undefined);
  const platform = await openLocalPlatform(system, project);
  await platform.buckets.list();
  let left = Number(point);
  const count = () => {
    if (left-- === 0) Deno.kill(Deno.pid, "SIGKILL");
  };
  const { rename, remove } = Deno;
  const { exec } = DatabaseSync.prototype;
  Deno.rename = (...args) => (count(), rename(...args));
  Deno.remove = (...args) => (count(), remove(...args));
  DatabaseSync.prototype.exec = function (sql) {
    count();
    exec.call(this, sql);
    // A kill right after it.
    count();
  };
  await applyStorage(
    system,
    project,
    platform,
    { confirmDangerous: true, dryRun: false, renames: ["old:new"] },
    () =>
      Promise.resolve(
        AFTER.map((name) => ({ exportName: name, name, description: name, file: "x.ts" })),
      ),
  );
  platform.close();
}
