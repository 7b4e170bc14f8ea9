import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import type { Project } from "../../../project/project.ts";
import { type DevProblem, problemOf } from "../../dev.ts";
import type { AppSettings } from "../app/protocol.ts";
import { authSettings } from "../server/auth_settings.ts";
import { type DevApp, NotLoaded } from "./app.ts";
import type { DevBuilds } from "./builds.ts";
import type { DevDatabase } from "./dev_database.ts";
import { notLoadedProblem } from "./load_problem.ts";
import type { DevPaths } from "./paths.ts";
import { planPush } from "./plan_push.ts";
import type { Reading } from "./reading.ts";
import type { DevVoice } from "./voice.ts";

/** What an app gets before anything was read. */
export const NO_SETTINGS: AppSettings = {
  vars: {},
  secrets: {},
  buckets: [],
  auth: authSettings(null, {}, {}),
};

/** What a change is brought to. */
export interface ApplyWorld {
  system: System;
  project: Project;
  paths: DevPaths;
  app: DevApp;
  builds: DevBuilds;
  database: DevDatabase;
  voice: DevVoice;
}

/** Brings what was read to the database and the app: all of it, or the app runs on as it was. */
export class Applier {
  /** Some code answers. */
  get serving(): boolean {
    return this.#running !== null;
  }

  #running: { digest: string; settings: string } | null = null;

  constructor(readonly world: ApplyWorld) {}

  /**
   * Schema first, then code and settings.
   *
   * @param changed the files behind it
   * @param since when the change was seen, ms of the clock
   * @returns whether new code or settings answer
   */
  async apply(
    reading: Reading | DevProblem[],
    changed: string[],
    since: number,
  ): Promise<boolean> {
    const { voice, system } = this.world;
    if (Array.isArray(reading)) {
      voice.broken(reading, this.serving);
      return false;
    }
    try {
      await this.#push(reading);
      const deploymentId = await this.#switch(reading);
      const solved = voice.problems.length > 0;
      voice.good();
      if (deploymentId !== null) {
        const ms = Math.max(0, system.clock.now() - since);
        voice.tell({ event: "reload", changed, ms, deploymentId });
      } else if (solved) voice.tell({ event: "solved" });
      return deploymentId !== null;
    } catch (error) {
      const problem = error instanceof NotLoaded
        ? notLoadedProblem(error, reading.code.entry)
        : error instanceof Failure
        ? problemOf(error)
        : null;
      if (problem === null) throw error;
      voice.broken([problem], this.serving);
      return false;
    }
  }

  /** The build that answers now; null: it did already, with the same settings. */
  async #switch(reading: Reading): Promise<string | null> {
    const { app, builds } = this.world;
    const { values: { vars, secrets }, buckets, auth, code } = reading;
    const settings = { vars, secrets, buckets, auth: authSettings(auth, vars, secrets) };
    const now = { digest: code.digest, settings: JSON.stringify(settings) };
    const before = this.#running;
    const sameCode = before?.digest === now.digest;
    if (sameCode && before?.settings === now.settings) return null;
    const id = sameCode ? app.environment.build! : await builds.add(code);
    await app.switch(id, sameCode ? 0 : code.bytes, settings);
    this.#running = now;
    return id;
  }

  async #push({ schema }: Reading): Promise<void> {
    const { system, project, database, app, paths, voice } = this.world;
    const plan = await planPush(system, project, database.schema(), schema.snapshot);
    if (!plan) return;
    const { lost, copy } = await app.paused(() =>
      database.push(plan, paths.restore, system.clock.now())
    );
    if (plan.statements.length === 0) return;
    voice.tell({
      event: "push",
      statements: plan.statements.map((statement) => statement.trim()),
      renames: plan.renames,
      takenAsNew: plan.takenAsNew,
      lost,
      copy: copy && `.edgespark/dev/restore/${copy}.sqlite`,
    });
  }
}
