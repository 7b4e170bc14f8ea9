import type { Statement } from "./statements.ts";
import { isSymbol, isWord, nameOf, type Token } from "./tokens.ts";

/**
 * What a statement does: `dql` reads, `dml` writes rows, `ddl` changes the schema, `tcl` is a
 * transaction, `pragma`, `other` is ATTACH, VACUUM and the like, `unknown` cannot be told.
 */
export type StatementKind = "dql" | "dml" | "ddl" | "tcl" | "pragma" | "other" | "unknown";

/** A statement, understood as far as guards and plans need it. Names are as written, without quotes. */
export interface StatementInfo {
  kind: StatementKind;
  /** "SELECT", "DELETE", "CREATE TABLE", "ALTER TABLE RENAME COLUMN", "PRAGMA"... in upper case. */
  verb: string;
  /** The table, view, index, trigger or pragma that it is about. */
  target: string | null;
  /** CREATE INDEX and CREATE TRIGGER: the table that it stands on. */
  on: string | null;
  /** ALTER TABLE: the column that is renamed or dropped. */
  column: string | null;
  /** ALTER TABLE: the new name. PRAGMA: the value. */
  to: string | null;
  /** DELETE and UPDATE: whether it names which rows. */
  where: boolean;
  /** Holds something that SQLite cannot read. */
  malformed: boolean;
}

const TRANSACTION = ["BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"];
const MAINTENANCE = ["ATTACH", "DETACH", "VACUUM", "ANALYZE", "REINDEX"];
const CONFLICT = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];
const OBJECTS = ["TABLE", "INDEX", "VIEW", "TRIGGER"];

/** Says what a statement does. Pure and without dependencies: it also runs inside deployed apps. */
export function classify(statement: Statement): StatementInfo {
  const reader = new Reader(statement);
  const info = reader.statement();
  info.malformed = statement.tokens.some((token) => token.kind === "bad");
  return info;
}

class Reader {
  readonly #sql: string;
  readonly #tokens: Token[];
  #at = 0;

  constructor(statement: Statement) {
    this.#sql = statement.text;
    this.#tokens = statement.tokens;
  }

  statement(): StatementInfo {
    const verb = this.#peekWord();
    if (verb === "EXPLAIN") return make("dql", "EXPLAIN");
    if (verb === "WITH") return this.#with();
    if (verb === "CREATE") return this.#create();
    if (verb === "DROP") return this.#drop();
    if (verb === "ALTER") return this.#alter();
    if (verb === "PRAGMA") return this.#pragma();
    if (TRANSACTION.includes(verb)) return make("tcl", verb);
    if (MAINTENANCE.includes(verb)) return make("other", verb);
    return this.#rows(verb);
  }

  #rows(verb: string): StatementInfo {
    this.#at++;
    if (verb === "SELECT" || verb === "VALUES") return make("dql", verb);
    if (verb === "DELETE" && this.#take("FROM")) return this.#about("dml", verb, this.#name());
    if (verb === "UPDATE") {
      if (this.#take("OR")) this.#at++;
      return this.#about("dml", verb, this.#name());
    }
    if (verb === "INSERT" && this.#take("OR") && CONFLICT.includes(this.#peekWord())) this.#at++;
    if ((verb === "INSERT" || verb === "REPLACE") && this.#take("INTO")) {
      return this.#about("dml", verb, this.#name());
    }
    return make("unknown", verb);
  }

  /** `WITH [RECURSIVE] name [(columns)] AS [[NOT] MATERIALIZED] (select), ... <statement>`. */
  #with(): StatementInfo {
    this.#at++;
    this.#take("RECURSIVE");
    do {
      if (this.#name() === null) return make("unknown", "WITH");
      this.#parentheses();
      if (!this.#take("AS")) return make("unknown", "WITH");
      this.#take("NOT");
      this.#take("MATERIALIZED");
      if (!this.#parentheses()) return make("unknown", "WITH");
    } while (this.#takeSymbol(","));
    return this.#rows(this.#peekWord());
  }

  #create(): StatementInfo {
    this.#at++;
    for (const word of ["TEMP", "TEMPORARY", "UNIQUE", "VIRTUAL"]) this.#take(word);
    const object = this.#peekWord();
    if (!OBJECTS.includes(object)) return make("unknown", "CREATE");
    this.#at++;
    if (this.#take("IF")) {
      this.#take("NOT");
      this.#take("EXISTS");
    }
    const info = this.#about("ddl", `CREATE ${object}`, this.#name());
    if (object === "INDEX" || object === "TRIGGER") {
      const on = this.#tokens.findIndex((token, index) => index >= this.#at && isWord(token, "ON"));
      if (on >= 0) {
        this.#at = on + 1;
        info.on = this.#name();
      }
    }
    return info;
  }

  #drop(): StatementInfo {
    this.#at++;
    const object = this.#peekWord();
    if (!OBJECTS.includes(object)) return make("unknown", "DROP");
    this.#at++;
    if (this.#take("IF")) this.#take("EXISTS");
    return this.#about("ddl", `DROP ${object}`, this.#name());
  }

  #alter(): StatementInfo {
    this.#at++;
    if (!this.#take("TABLE")) return make("unknown", "ALTER");
    const info = this.#about("ddl", "ALTER TABLE", this.#name());
    const action = this.#peekWord();
    this.#at++;
    if (action === "ADD") return { ...info, verb: "ALTER TABLE ADD COLUMN" };
    if (action === "RENAME" && this.#take("TO")) {
      return { ...info, verb: "ALTER TABLE RENAME TO", to: this.#name() };
    }
    if (action !== "DROP" && action !== "RENAME") return info;
    if (this.#peekWord() === "COLUMN" && this.#tokens.length > this.#at + 1) this.#at++;
    info.column = this.#name();
    if (action === "DROP") return { ...info, verb: "ALTER TABLE DROP COLUMN" };
    this.#take("TO");
    return { ...info, verb: "ALTER TABLE RENAME COLUMN", to: this.#name() };
  }

  #pragma(): StatementInfo {
    this.#at++;
    const info = this.#about("pragma", "PRAGMA", this.#name());
    if (this.#takeSymbol("=") || this.#takeSymbol("(")) {
      const value = this.#tokens[this.#at];
      info.to = value ? nameOf(this.#sql, value) ?? value.text : null;
    }
    return info;
  }

  #about(kind: StatementKind, verb: string, target: string | null): StatementInfo {
    return { ...make(target === null ? "unknown" : kind, verb), target, where: this.#hasWhere() };
  }

  /** The last part of `[schema.]name`; moves behind it. */
  #name(): string | null {
    const name = nameOf(this.#sql, this.#tokens[this.#at]);
    if (name === null) return null;
    this.#at++;
    return this.#takeSymbol(".") ? this.#name() : name;
  }

  #hasWhere(): boolean {
    let depth = 0;
    for (const token of this.#tokens.slice(this.#at)) {
      if (isSymbol(token, "(")) depth++;
      else if (isSymbol(token, ")")) depth--;
      else if (depth === 0 && isWord(token, "WHERE")) return true;
    }
    return false;
  }

  /** Skips a parenthesised group; false when there is none. */
  #parentheses(): boolean {
    if (!isSymbol(this.#tokens[this.#at], "(")) return false;
    for (let depth = 0; this.#at < this.#tokens.length;) {
      const token = this.#tokens[this.#at++];
      if (isSymbol(token, "(")) depth++;
      else if (isSymbol(token, ")") && --depth === 0) return true;
    }
    return false;
  }

  #peekWord(): string {
    const token = this.#tokens[this.#at];
    return token?.kind === "word" ? token.text : "";
  }

  #take(word: string): boolean {
    const found = isWord(this.#tokens[this.#at], word);
    if (found) this.#at++;
    return found;
  }

  #takeSymbol(symbol: string): boolean {
    const found = isSymbol(this.#tokens[this.#at], symbol);
    if (found) this.#at++;
    return found;
  }
}

function make(kind: StatementKind, verb: string): StatementInfo {
  return {
    kind,
    verb,
    target: null,
    on: null,
    column: null,
    to: null,
    where: false,
    malformed: false,
  };
}
