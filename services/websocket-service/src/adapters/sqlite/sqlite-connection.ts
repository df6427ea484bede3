import { CompiledQuery, type DatabaseConnection, type QueryResult, type SqliteDatabase } from 'kysely';

/** Begins, ends and undoes a transaction. */
export const [BEGIN, COMMIT, ROLLBACK] = [
  CompiledQuery.raw('begin'),
  CompiledQuery.raw('commit'),
  CompiledQuery.raw('rollback'),
] as const;

/** A SQLite database as the one connection that Kysely knows; statements run at once. */
export function createSqliteConnection(database: SqliteDatabase): DatabaseConnection {
  return {
    async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
      const statement = database.prepare(sql);
      if (statement.reader) return { rows: statement.all(parameters) as R[] };
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    // biome-ignore lint/correctness/useYield: nothing here streams, and Kysely asks for the method
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('Streaming is not offered: read in pages.');
    },
  };
}
