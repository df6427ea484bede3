import type { SqliteDatabase, SqliteStatement } from 'kysely';
import type LibsqlDatabase from 'libsql';
import { type FirstRow, firstRow } from './first-row';

const MAX_STATEMENTS = 200;

/** A statement that can also be asked for its first row alone. */
export interface CachedStatement extends SqliteStatement {
  /** The first row, without a list being made for it; `undefined` when there is none. */
  get(parameters: readonly unknown[]): unknown;
}

/** The database as Kysely sees it, and a little more. */
export interface CachedStatements extends SqliteDatabase {
  prepare(sql: string): CachedStatement;
}

const NOTHING: CachedStatement = {
  reader: false,
  get: () => undefined,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [][Symbol.iterator](),
};

/** The database as Kysely sees it, with each statement prepared once; beyond 200 the longest unused is dropped. */
export function withCachedStatements(db: LibsqlDatabase.Database): CachedStatements {
  const statements = new Map<string, CachedStatement>();
  return {
    close: () => {
      statements.clear();
      db.close();
    },
    prepare: (sql) => {
      // A full disk ends the transaction by itself: a rollback after it would fail and hide why.
      if (sql === 'rollback' && !db.inTransaction) return NOTHING;
      const known = statements.get(sql);
      // Who was used last is asked only when one has to go.
      if (known !== undefined && statements.size < MAX_STATEMENTS) return known;
      const statement = known ?? described(db, sql);
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

/**
 * Asks a statement once whether it reads: each time the question crosses into native code. Its first row is asked of a
 * statement of its own: one that all rows were asked of before answers that question once more, whatever it is asked.
 */
function described(db: LibsqlDatabase.Database, sql: string): CachedStatement {
  const statement = db.prepare(sql);
  let forFirst: FirstRow | undefined;
  return {
    reader: statement.reader,
    get(parameters) {
      forFirst ??= firstRow(db, sql);
      const row = forFirst(parameters);
      // How long it took is no column.
      if (typeof row === 'object' && row !== null) Reflect.deleteProperty(row, '_metadata');
      return row;
    },
    all: (parameters) => statement.all(parameters),
    run: (parameters) => statement.run(parameters),
    iterate: (parameters) => statement.iterate(parameters),
  };
}
