import type { D1Binding, D1ExecResult, D1Result, D1Statement } from "./d1.ts";

/** Says why a SQL text must not run, or null when it may. */
export type Judge = (sql: string) => string | null;

/** A statement that the guard refused; it never reached the database. */
export class SqlRefused extends Error {
  override readonly name = "SqlRefused";
  readonly code = "SQL_REFUSED";
}

/** Verdicts that are remembered; an app rarely has more shapes of SQL. */
const MEMORY = 1000;
/** Longer texts are judged each time, so that the memory stays small. */
const MEMORY_TEXT = 10_000;

/**
 * Puts the SQL guard (decision 7) in front of every statement of a binding, also of `batch` and
 * `exec`. A refused statement fails when it is run, as an invalid one does on D1, and takes its whole
 * batch with it.
 */
export function guardBinding(binding: D1Binding, judge: Judge): D1Binding {
  const verdict = remember(judge);
  const check = (sql: string) => {
    const reason = verdict(sql);
    return reason === null ? null : new SqlRefused(`SQL refused: ${reason}`);
  };
  return {
    prepare(sql: string): D1Statement {
      const refused = check(String(sql));
      return refused ? new RefusedStatement(refused) : binding.prepare(sql);
    },
    async batch<T>(statements: D1Statement[]): Promise<D1Result<T>[]> {
      for (const statement of statements) {
        if (statement instanceof RefusedStatement) throw statement.reason;
      }
      return await binding.batch<T>(statements);
    },
    async exec(sql: string): Promise<D1ExecResult> {
      // D1 runs one statement per line here; every line is judged before the first one runs.
      for (const line of String(sql).trim().split("\n")) {
        const refused = check(line);
        if (refused) throw refused;
      }
      return await binding.exec(sql);
    },
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

function remember(judge: Judge): Judge {
  const known = new Map<string, string | null>();
  return (sql) => {
    const verdict = known.get(sql);
    if (verdict !== undefined) return verdict;
    const fresh = judge(sql);
    if (sql.length > MEMORY_TEXT) return fresh;
    if (known.size >= MEMORY) known.clear();
    known.set(sql, fresh);
    return fresh;
  };
}
