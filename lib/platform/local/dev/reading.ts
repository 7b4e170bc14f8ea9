import { type AppBundle, bundleApp } from "../../../bundle/app_bundle.ts";
import { isSdkModule } from "../../../bundle/shim.ts";
import type { AuthConfig } from "../../../declare/auth_config.ts";
import { readAuthFile } from "../../../declare/auth_file.ts";
import { checkBuckets } from "../../../declare/buckets.ts";
import { Failure } from "../../../failure.ts";
import type { System } from "../../../ports/system.ts";
import { readBuckets } from "../../../project/buckets.ts";
import type { ProjectConfig } from "../../../project/config.ts";
import { openProject, type Project } from "../../../project/project.ts";
import { type DeclaredSchema, readSchema } from "../../../project/schema.ts";
import { type DevProblem, problemOf } from "../../dev.ts";
import { RepeatingSystem } from "./repeated.ts";
import type { Part, Sources } from "./sources.ts";
import { type DevValues, readDevValues } from "./values.ts";

/** All that a project says about itself, as far as it could be read. */
export interface Reading {
  code: AppBundle;
  schema: DeclaredSchema;
  buckets: string[];
  values: DevValues;
  auth: AuthConfig | null;
  config: ProjectConfig;
}

/** Reads the parts of a project and remembers each as it was when it was last good. */
export class Reader {
  readonly #known: Partial<Reading>;
  readonly #problems = new Map<Part, DevProblem[]>();
  readonly #repeating: RepeatingSystem;

  constructor(readonly system: System, readonly project: Project, readonly sources: Sources) {
    this.#known = { config: project.config };
    this.#repeating = new RepeatingSystem(system);
  }

  /**
   * Reads these parts again, at the same time.
   *
   * @returns everything that is known when nothing is wrong; else what is wrong, also with other parts
   */
  async read(parts: ReadonlySet<Part>): Promise<Reading | DevProblem[]> {
    const { system, project } = this;
    const known = this.#known;
    await Promise.all([
      this.#part(parts, "code", async () => {
        known.code = await bundleApp(this.#repeating.system, project, "development");
      }),
      this.#part(parts, "schema", async () => {
        known.schema = await readSchema(system, project);
      }),
      this.#part(parts, "buckets", async () => {
        const declared = await readBuckets(system, project);
        checkBuckets(declared);
        known.buckets = declared.map(({ name }) => name);
      }),
      this.#part(parts, "values", async () => {
        known.values = await readDevValues(system, project);
      }),
      this.#part(parts, "auth", async () => {
        known.auth = (await readAuthFile(system, project))?.config ?? null;
      }),
      this.#part(parts, "config", async () => {
        known.config = (await openProject(system, project.root)).config;
      }),
    ]);
    this.#noteSources();
    const problems = unique([...this.#problems.values()].flat());
    return problems.length > 0 ? problems : known as Reading;
  }

  /** What holds for every file has changed: `tsconfig.json`, the toml, what is installed. */
  async forget(): Promise<void> {
    await this.#repeating.forget();
  }

  async #part(parts: ReadonlySet<Part>, part: Part, read: () => Promise<void>): Promise<void> {
    if (!parts.has(part)) return;
    try {
      await read();
      this.#problems.delete(part);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#problems.set(part, problemsOf(error));
    }
  }

  #noteSources(): void {
    const { code, schema } = this.#known;
    if (schema) this.sources.schema = new Set(schema.sources);
    if (!code) return;
    const own = code.inputs.map(({ path }) => path).filter((path) =>
      !path.includes("node_modules/") && !path.includes(":") && !isSdkModule(path)
    );
    this.sources.others = new Set(own);
  }
}

/** A build says all its errors at once. */
function problemsOf(failure: Failure): DevProblem[] {
  const first = problemOf(failure);
  const errors = failure.details?.errors;
  if (!Array.isArray(errors)) return [first];
  return errors.map((error): DevProblem => ({
    code: String(error.code),
    message: String(error.message),
    file: error.file ?? null,
    line: error.line ?? null,
    hint: error.hint ?? null,
  }));
}

/** The app and the schema trip over the same file. */
function unique(problems: DevProblem[]): DevProblem[] {
  const key = ({ file, line, message }: DevProblem) => JSON.stringify([file, line, message]);
  return [...new Map(problems.map((problem) => [key(problem), problem])).values()];
}
