import { join } from "@std/path";
import type { Project } from "../../project/project.ts";

/** Where the local platform keeps what (decisions, "State"). All paths are absolute. */
export interface LocalPaths {
  /** `.edgespark/local`: the production environment of the local platform. */
  folder: string;
  /** The app's database. */
  data: string;
  /** Everything else about the environment; the app's Worker may never open it. */
  control: string;
  buckets: string;
  deployments: string;
  restore: string;
  logs: string;
  /** Says where the running server answers. */
  serverFile: string;
  /** Locked by the operating system as long as a supervisor lives. */
  serverLock: string;
  /** What the server itself has to say, of bounded size. */
  serverLog: string;
}

/** The paths of a project's local environment. */
export function localPaths(project: Project): LocalPaths {
  return pathsIn(join(project.state, "local"));
}

/** The paths of an environment that lies in a folder. */
export function pathsIn(folder: string): LocalPaths {
  return {
    folder,
    data: join(folder, "data.sqlite"),
    control: join(folder, "control.sqlite"),
    buckets: join(folder, "buckets"),
    deployments: join(folder, "deployments"),
    restore: join(folder, "restore"),
    logs: join(folder, "logs"),
    serverFile: join(folder, "server.json"),
    serverLock: join(folder, "server.lock"),
    serverLog: join(folder, "server.log"),
  };
}

/** A SQLite database and the files that SQLite keeps beside it. */
export function databaseFiles(file: string): string[] {
  return [file, `${file}-wal`, `${file}-shm`, `${file}-journal`];
}
