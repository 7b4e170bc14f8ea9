import { DatabaseSync } from "node:sqlite";
import { dirname, fromFileUrl, join } from "@std/path";
import { checkSides, type CheckTools } from "./check.ts";

/** What these rows are measured with. */
export interface MigrateTools extends CheckTools {
  deno: string;
}

const PLAIN = join(dirname(fromFileUrl(import.meta.url)), "plain_sqlite.ts");

/** `migrate-25`: the history of `check-25` into an empty database, against wrangler's local D1. */
export async function migrate25({ ours, peers, root, deno }: MigrateTools) {
  const check = join(dirname(root), "check-25");
  await checkSides({ ours, peers, root: check });
  await remove(root);
  await Deno.mkdir(root, { recursive: true });
  await sh(`cp -a "${check}/server" "${check}/edgespark.toml" "${root}/"`);
  await Deno.writeTextFile(
    join(root, "wrangler.jsonc"),
    JSON.stringify({
      name: "bench",
      compatibility_date: "2026-01-01",
      d1_databases: [{
        binding: "DB",
        database_name: "bench",
        database_id: "00000000-0000-0000-0000-000000000001",
        migrations_dir: "server/drizzle",
      }],
    }),
  );
  const persist = join(root, "persist"), home = join(root, "home");
  await Deno.mkdir(home, { recursive: true });
  const wrangler = join(peers, "node_modules/wrangler/bin/wrangler.js");
  return {
    ours: {
      label: "edgespark db migrate, rehearsal and restore point on",
      command: [...ours, "db", "migrate", "--json", "--project", root],
      cwd: root,
      before: () => remove(join(root, ".edgespark")),
    },
    theirs: {
      label: "wrangler 4.164.0 d1 migrations apply --local under Deno",
      command: [
        "env",
        `HOME=${home}`,
        `XDG_CONFIG_HOME=${home}`,
        "CI=1",
        "WRANGLER_SEND_METRICS=false",
        deno,
        "run",
        "-A",
        "--quiet",
        wrangler,
        "d1",
        "migrations",
        "apply",
        "DB",
        "--local",
        `--persist-to=${persist}`,
      ],
      cwd: root,
      before: () => remove(persist),
    },
  };
}

/** `migrate-1000`: forty tables and 960 added columns and indexes, against the same SQL run plainly. */
export async function migrate1000({ ours, root, deno }: MigrateTools) {
  await remove(root);
  const folder = join(root, "server", "drizzle");
  await Deno.mkdir(join(folder, "meta"), { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), '[server]\npath = "server"\n');
  const tags: string[] = [];
  for (let index = 0; index < 1000; index++) {
    const tag = `${String(index).padStart(4, "0")}_step`;
    tags.push(tag);
    await Deno.writeTextFile(join(folder, `${tag}.sql`), statementAt(index));
  }
  await Deno.writeTextFile(join(folder, "meta", "_journal.json"), journalOf(tags));
  const plain = join(root, "plain.sqlite");
  return {
    ours: {
      label: "edgespark db migrate, rehearsal and restore point on",
      command: [...ours, "db", "migrate", "--json", "--project", root],
      cwd: root,
      before: () => remove(join(root, ".edgespark")),
    },
    theirs: {
      label: "the same SQL over node:sqlite under Deno, 1000 transactions, WAL, synchronous FULL",
      command: [deno, "run", "-A", "--quiet", "--no-config", PLAIN, plain, folder, "0"],
      cwd: root,
      before: () => sh(`rm -f "${plain}"*`),
    },
  };
}

function statementAt(index: number): string {
  const table = `table_${index % 40}`;
  if (index < 40) {
    const parent = index === 0
      ? ""
      : `,\n\t\`parent\` integer REFERENCES \`table_${index - 1}\`(\`id\`)`;
    return `CREATE TABLE \`${table}\` (\n\t\`id\` integer PRIMARY KEY,\n\t\`name\` text NOT NULL${parent}\n);\n--> statement-breakpoint\nCREATE INDEX \`${table}_name\` ON \`${table}\` (\`name\`);`;
  }
  const column = `c${Math.floor(index / 40)}`;
  return `ALTER TABLE \`${table}\` ADD \`${column}\` text;--> statement-breakpoint\nCREATE INDEX \`${table}_${column}\` ON \`${table}\` (\`${column}\`);`;
}

/**
 * `rebuild-1m`: a table of 1,000,000 rows with 100,000 children is built anew, by the SQL that
 * `db generate` writes. `part`: the whole command, or only the time that the migration itself takes.
 */
export async function rebuild1m(
  { ours, peers, root, deno }: MigrateTools,
  part: "command" | "rebuild",
) {
  const saved = join(root, "saved.sqlite"), plain = join(root, "plain.sqlite");
  const local = join(root, ".edgespark", "local");
  const folder = join(root, "server", "drizzle");
  if (!await Deno.stat(saved).then(() => true, () => false)) {
    await prepareRebuild(root, peers, ours);
  }
  const ms = (pick: (json: Record<string, unknown>) => unknown) =>
    part === "command" ? undefined : (text: string) => Number(pick(JSON.parse(text)));
  return {
    ours: {
      label: part === "command"
        ? "edgespark db migrate, rehearsal on a copy and restore point on"
        : "the migration in edgespark db migrate",
      command: [...ours, "db", "migrate", "--json", "--project", root],
      cwd: root,
      before: () =>
        sh(`rm -rf "${local}"; mkdir -p "${local}"; cp "${saved}" "${local}/data.sqlite"; sync`),
      ms: ms((json) => (json.applied as { ms: number }[])[0]!.ms),
    },
    theirs: {
      label: "the same SQL over node:sqlite under Deno, one transaction, WAL, synchronous FULL",
      command: [deno, "run", "-A", "--quiet", "--no-config", PLAIN, plain, folder, "1"],
      cwd: root,
      before: () => sh(`rm -f "${plain}"*; cp "${saved}" "${plain}"; sync`),
      ms: ms((json) => json.ms),
    },
  };
}

async function prepareRebuild(root: string, peers: string, ours: string[]): Promise<void> {
  await remove(root);
  const defs = join(root, "server", "src", "defs");
  await Deno.mkdir(defs, { recursive: true });
  await Deno.writeTextFile(join(root, "edgespark.toml"), '[server]\npath = "server"\n');
  await Deno.symlink(join(peers, "node_modules"), join(root, "node_modules"));
  const schema = (name: string) =>
    Deno.writeTextFile(
      join(defs, "db_schema.ts"),
      `import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const people = sqliteTable("people", { id: integer("id").primaryKey(), name: ${name}, mail: text("mail"), age: integer("age") }, (t) => [index("people_mail").on(t.mail)]);
export const notes = sqliteTable("notes", { id: integer("id").primaryKey(), person: integer("person").references(() => people.id, { onDelete: "cascade" }), body: text("body") });
`,
    );
  const edgespark = (...args: string[]) =>
    sh([...ours, ...args, "--project", root].map((word) => `"${word}"`).join(" "));
  await schema('text("name")');
  await edgespark("db", "generate");
  await edgespark("db", "migrate");
  const file = join(root, ".edgespark", "local", "data.sqlite");
  const db = new DatabaseSync(file);
  db.exec(
    `WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000) INSERT INTO people SELECT x, 'Person number ' || x, 'person' || x || '@example.com', x % 90 FROM n;
    INSERT INTO notes SELECT id, id * 10, 'A note of some length about person ' || id FROM people WHERE id <= 100000;
    PRAGMA wal_checkpoint(TRUNCATE)`,
  );
  db.close();
  await schema('text("name").notNull()');
  await edgespark("db", "generate");
  await sh(`cp "${file}" "${join(root, "saved.sqlite")}"`);
}

function journalOf(tags: string[]): string {
  const entries = tags.map((tag, idx) => ({
    idx,
    version: "6",
    when: 1_700_000_000_000 + idx * 1000,
    tag,
    breakpoints: true,
  }));
  return JSON.stringify({ version: "7", dialect: "sqlite", entries }, null, 2);
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path, { recursive: true }).catch(() => {});
}

async function sh(script: string): Promise<void> {
  const { code, stderr } = await new Deno.Command("sh", { args: ["-ec", script], stdout: "null" })
    .output();
  if (code !== 0) throw new Error(`${script}\n${new TextDecoder().decode(stderr)}`);
}
