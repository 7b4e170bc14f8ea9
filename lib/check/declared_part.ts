import { join } from "@std/path";
import { type AuthFile, readAuthFile } from "../declare/auth_file.ts";
import { bucketFindings } from "../declare/buckets.ts";
import { readRuntimeKeys, type RuntimeKeys } from "../declare/runtime_keys.ts";
import { failureFindings } from "../deploy/failure_findings.ts";
import type { Finding } from "../finding.ts";
import { type DeclaredBucket, readBuckets } from "../project/buckets.ts";
import type { Project } from "../project/project.ts";
import type { System } from "../ports/system.ts";
import { type DeclaredState, lineOf } from "./environment.ts";

/** What a part could read, and what is wrong with it. */
export interface Part<T> {
  value: T | null;
  findings: Finding[];
}

/** Evaluates and judges the declared buckets. */
export async function bucketPart(
  system: System,
  project: Project,
): Promise<Part<DeclaredBucket[]>> {
  try {
    const value = await readBuckets(system, project);
    const text = await textOf(system, join(project.defs, "storage_schema.ts"));
    const findings = bucketFindings(value).map((finding) => {
      const name = /`(\w+)` in `/.exec(finding.message)?.[1];
      const line = name ? lineOf(text, new RegExp(`\\b${name}\\b\\s*(:|=)`)) : null;
      return { ...finding, line: finding.line ?? line };
    });
    // What is not valid cannot be applied either: there is nothing to compare.
    return { value: findings.length > 0 ? null : value, findings };
  } catch (error) {
    return { value: null, findings: failureFindings(error) };
  }
}

/** Reads the runtime keys and the auth config. */
export async function filePart(
  system: System,
  project: Project,
): Promise<{ state: Omit<DeclaredState, "buckets">; findings: Finding[] }> {
  const [keys, auth, runtimeText] = await Promise.all([
    attempt<RuntimeKeys>(() => readRuntimeKeys(system, project)),
    attempt<AuthFile | null>(() => readAuthFile(system, project)),
    textOf(system, join(project.defs, "runtime.ts")),
  ]);
  return {
    state: { keys: keys.value, auth: auth.value, runtimeText },
    findings: [...keys.findings, ...auth.findings],
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<Part<T>> {
  try {
    return { value: await work(), findings: [] };
  } catch (error) {
    return { value: null, findings: failureFindings(error) };
  }
}

async function textOf(system: System, path: string): Promise<string> {
  const bytes = await system.files.read(path).catch(() => null);
  return bytes ? new TextDecoder().decode(bytes) : "";
}
