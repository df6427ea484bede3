import type { CompiledQuery, DatabaseConnection, QueryResult } from 'kysely';
import type { CachedStatements } from './cached-statements';

/** A SQLite database as the one connection that Kysely knows; statements run at once. */
export function createSqliteConnection(database: CachedStatements): DatabaseConnection {
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
