import { DatabaseSync } from "node:sqlite";

/** Action codes of the authorizer: https://sqlite.org/c3ref/c_alter_table.html */
const DELETE = 9, INSERT = 18, PRAGMA = 19, READ = 20, UPDATE = 23, FUNCTION = 31;
const HARMLESS = new Set([READ, 21, FUNCTION, 33]);
const WRITES = new Set([DELETE, INSERT, UPDATE]);
const OWNED = /^(es_system__|sqlite_|__drizzle_)/i;
const OPEN_PRAGMAS = /^pragma_(table_x?info|table_list|index_x?info|index_list|foreign_key_list)$/i;

type Action = { code: number; first: string; second: string };
type Authorized = DatabaseSync & {
  setAuthorizer(
    callback: (code: number, first: string | null, second: string | null) => number,
  ): void;
};

const SCHEMA =
  `CREATE TABLE posts (id integer PRIMARY KEY, title text); CREATE INDEX posts_title ON posts (title);
CREATE TABLE kids (id integer PRIMARY KEY AUTOINCREMENT, title text); CREATE TABLE trigger_log (id integer, title text);
CREATE TABLE es_system__auth_user (id integer, title text); CREATE TABLE es_system__db_migrations (id integer, title text);
CREATE TABLE __drizzle_migrations (id integer, title text); CREATE VIEW feed AS SELECT id, title FROM posts;
CREATE TRIGGER log_kids AFTER INSERT ON kids BEGIN INSERT INTO trigger_log VALUES (new.id, 'x'); END;`;

/** What SQLite itself makes of a text; nothing is ever run. */
export class Oracle {
  readonly #db = new DatabaseSync(":memory:") as Authorized;
  #actions: Action[] = [];
  #deny = false;

  constructor() {
    this.#db.exec(SCHEMA);
    this.#db.function("edgespark_probe", () => 1);
    this.#db.setAuthorizer((code, first, second) => {
      this.#actions.push({ code, first: first ?? "", second: second ?? "" });
      // Some pragmas act while they are compiled.
      return this.#deny || code === PRAGMA ? 1 : 0;
    });
  }

  /** Why the first statement of a text is forbidden; null when SQLite refuses it or it is harmless. */
  forbidden(sql: string, rules: { updateNeedsWhere: boolean }): string | null {
    const actions = this.#compile(sql);
    const pragma = this.#actions.find(({ code }) => code === PRAGMA);
    if (pragma) return `PRAGMA ${pragma.first}`;
    if (actions === null) return null;
    for (const { code, first, second } of actions) {
      if (code === READ && /^pragma_/i.test(first) && !OPEN_PRAGMAS.test(first)) return first;
      if (HARMLESS.has(code)) continue;
      if (!WRITES.has(code) || OWNED.test(first)) return `action ${code} ${first} ${second}`;
    }
    const has = (wanted: number) => actions.some(({ code }) => code === wanted);
    if (has(INSERT) || /^\s*explain/i.test(sql)) return null;
    const isOpen = has(DELETE) || (has(UPDATE) && rules.updateNeedsWhere);
    return isOpen && this.#takesWhere(sql) ? "no WHERE" : null;
  }

  /** The statements of a text as SQLite cuts it; `complete` is false when it refuses one of them. */
  split(sql: string): { statements: string[]; complete: boolean } {
    const statements: string[] = [];
    for (let rest = sql;;) {
      if (this.#isEmpty(rest)) return { statements, complete: true };
      const source = this.#source(rest);
      if (source === null) return { statements, complete: false };
      statements.push(source);
      rest = rest.slice(source.length);
    }
  }

  /** A statement without WHERE is one that takes another one. */
  #takesWhere(sql: string): boolean {
    if (/^(Clear)$/m.test(this.#opcodes(sql))) return true;
    const source = (this.#source(sql) ?? sql).replace(/;\s*$/, "");
    const places = [...source.matchAll(/returning/gi)].map(({ index }) => index);
    return [...places, source.length].some((place) => {
      const probed = `${source.slice(0, place)}\n WHERE edgespark_probe() ${source.slice(place)}`;
      return this.#compile(probed)?.some(({ code, second }) =>
        code === FUNCTION && second === "edgespark_probe"
      ) ?? false;
    });
  }

  #opcodes(sql: string): string {
    try {
      return this.#db.prepare(`EXPLAIN ${sql}`).all().map(({ opcode }) => String(opcode)).join(
        "\n",
      );
    } catch {
      return "";
    }
  }

  #compile(sql: string): Action[] | null {
    this.#actions = [];
    try {
      this.#db.prepare(sql);
      return [...this.#actions];
    } catch {
      return null;
    }
  }

  /** The text of the first statement; only of texts that hold one. */
  #source(sql: string): string | null {
    try {
      return this.#db.prepare(sql).sourceSQL;
    } catch {
      return null;
    }
  }

  /** Compiles to nothing, even where nothing at all is allowed. */
  #isEmpty(sql: string): boolean {
    this.#deny = true;
    try {
      const statement = this.#db.prepare(sql);
      try {
        statement.all();
        return false;
      } catch (error) {
        return error instanceof Error && error.message === "not an error";
      }
    } catch {
      return false;
    } finally {
      this.#deny = false;
    }
  }

  close(): void {
    this.#db.close();
  }
}
