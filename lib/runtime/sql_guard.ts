import type { D1Binding, D1ExecResult, D1Result, D1Session, D1Statement } from "./d1.ts";

/** Says why a SQL text must not run, or null when it may. */
export type Judge = (sql: string) => string | null;

/** A statement that the guard refused; it never reached the database. */
export class SqlRefused extends Error {
  override readonly name = "SqlRefused";
  readonly code = "SQL_REFUSED";
}

/** Verdicts that are remembered twice over, and the characters of their texts. */
const MEMORY = 1000;
const MEMORY_TEXT = 2_000_000;

/**
 * Puts the SQL guard (decision 7) in front of every statement of a binding, also of `batch`, `exec`
 * and sessions. A refused statement fails when it is run, as an invalid one does on D1, and takes its
 * whole batch with it.
 */
export function guardBinding(binding: D1Binding, judge: Judge): D1Binding {
  const verdict = remember(judge);
  const check = (sql: string) => {
    const reason = verdict(sql);
    return reason === null ? null : new SqlRefused(`SQL refused: ${reason}`);
  };
  const guard = <T extends Pick<D1Binding, "prepare" | "batch">>(inner: T) => ({
    prepare(sql: string): D1Statement {
      const text = String(sql);
      const refused = check(text);
      return refused ? new RefusedStatement(refused) : inner.prepare(text);
    },
    async batch<T>(statements: D1Statement[]): Promise<D1Result<T>[]> {
      for (const statement of statements) {
        if (statement instanceof RefusedStatement) throw statement.reason;
      }
      return await inner.batch<T>(statements);
    },
  });
  return {
    ...guard(binding),
    async exec(sql: string): Promise<D1ExecResult> {
      const text = String(sql);
      // D1 runs one statement per line here; every line is judged before the first one runs.
      for (const line of text.trim().split("\n")) {
        const refused = check(line);
        if (refused) throw refused;
      }
      return await binding.exec(text);
    },
    withSession(constraint?: string): D1Session {
      const session = binding.withSession(constraint);
      return { ...guard(session), getBookmark: () => session.getBookmark() };
    },
    dump: () => binding.dump(),
  };
}

class RefusedStatement implements D1Statement {
  constructor(readonly reason: SqlRefused) {}
  bind(): D1Statement {
    return this;
  }
  first(): Promise<never> {
    return Promise.reject(this.reason);
  }
  all(): Promise<never> {
    return Promise.reject(this.reason);
  }
  run(): Promise<never> {
    return Promise.reject(this.reason);
  }
  raw(): Promise<never> {
    return Promise.reject(this.reason);
  }
}

/**
 * Judges each text once. Two generations bound the memory: what was not asked for while a generation
 * filled up is forgotten, and texts in use never are.
 */
function remember(judge: Judge): Judge {
  let young = new Map<string, string | null>();
  let old = new Map<string, string | null>();
  let characters = 0;
  return (sql) => {
    const known = young.get(sql);
    if (known !== undefined) return known;
    let verdict = old.get(sql);
    if (verdict === undefined) verdict = judge(sql);
    if (young.size >= MEMORY || characters > MEMORY_TEXT) {
      [old, young, characters] = [young, new Map(), 0];
    }
    young.set(sql, verdict);
    characters += sql.length;
    return verdict;
  };
}
