import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type LibsqlDatabase from 'libsql';

const MAX_STATEMENTS = 200;

const NOTHING: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

/** The database as Kysely sees it, with each statement prepared once; beyond 200 the longest unused is dropped. */
export function withCachedStatements(db: LibsqlDatabase.Database): SqliteDatabase {
  const statements = new Map<string, SqliteStatement>();
  return {
    close: () => {
      statements.clear();
      db.close();
    },
    prepare: (sql) => {
      // A full disk ends the transaction by itself: a rollback after it would fail and hide why.
      if (sql === 'rollback' && !db.inTransaction) return NOTHING;
      const statement = statements.get(sql) ?? described(db.prepare(sql));
      statements.delete(sql);
      statements.set(sql, statement);
      if (statements.size > MAX_STATEMENTS) {
        const [longestUnused] = statements.keys();
        if (longestUnused !== undefined) statements.delete(longestUnused);
      }
      return statement;
    },
  };
}

/** Asks a statement once whether it reads: each time the question crosses into native code. */
function described(statement: SqliteStatement): SqliteStatement {
  return {
    reader: statement.reader,
    all: (parameters) => statement.all(parameters),
    run: (parameters) => statement.run(parameters),
    iterate: (parameters) => statement.iterate(parameters),
  };
}
