import type { Finding } from "../finding.ts";
import type { Migration } from "./chain.ts";
import type { ChainParts } from "./chain_findings.ts";
import { ORIGIN_ID } from "./snapshot.ts";

/** Judges the snapshots: one for each migration, each continuing from the one before it. */
export function snapshotFindings({ folder, migrations, snapshots }: ChainParts): Finding[] {
  const findings: Finding[] = [];
  for (const { tag, snapshot } of migrations) {
    if (snapshot) continue;
    const file = `${folder}/meta/${tag.split("_")[0]}_snapshot.json`;
    findings.push(
      chainFinding(
        "SNAPSHOT_MISSING",
        "warning",
        file,
        `\`${tag}\` has no snapshot; the next one continues from the one before it`,
        null,
      ),
    );
  }
  const listed = new Set(migrations.map(({ tag }) => tag.split("_")[0]));
  const parents = new Map<string, string>();
  let previous = ORIGIN_ID;
  for (const { prefix, file, snapshot } of snapshots) {
    if (!listed.has(prefix)) {
      findings.push(
        chainFinding(
          "SNAPSHOT_UNLISTED",
          "warning",
          file,
          `\`${file}\` belongs to no migration of the journal`,
          `Run \`edgespark db generate\` to finish it, or remove \`${file}\``,
        ),
      );
      continue;
    }
    const sibling = parents.get(snapshot.prevId);
    if (sibling) {
      findings.push(
        chainFinding(
          "SNAPSHOT_COLLISION",
          "error",
          file,
          `\`${file}\` and \`${sibling}\` continue from the same snapshot: two branches were merged`,
          remadeOnTop(folder, tagOf(migrations, prefix), `\`git rm -f ${file}\``),
        ),
      );
    } else if (snapshot.prevId !== previous) {
      findings.push(
        chainFinding(
          "SNAPSHOT_PARENT",
          "warning",
          file,
          `\`${file}\` does not continue from the snapshot before it`,
          `Set its \`prevId\` to "${previous}"`,
        ),
      );
    }
    parents.set(snapshot.prevId, file);
    previous = snapshot.id;
  }
  return findings;
}

/** How a migration that was made beside another one is made again, on top of it. */
export function remadeOnTop(folder: string, tag: string, snapshot: string): string {
  const name = tag.slice(tag.indexOf("_") + 1);
  return `While \`${tag}\` is not applied: \`git rm -f ${folder}/${tag}.sql\`, ${snapshot}, remove its entry from \`${folder}/meta/_journal.json\`, then run \`edgespark db generate --name ${name}\``;
}

function tagOf(migrations: Migration[], prefix: string): string {
  return migrations.findLast(({ tag }) => tag.split("_")[0] === prefix)?.tag ?? prefix;
}

/** A finding about a whole file. */
export function chainFinding(
  code: string,
  severity: Finding["severity"],
  file: string,
  message: string,
  fix: string | null,
): Finding {
  return { code, severity, file, line: null, message, fix };
}
