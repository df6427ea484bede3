import { CompiledQuery, type DatabaseConnection, type QueryResult } from 'kysely';
import { isFirstRowQuery } from '@/ports/prepared';
import type { CachedStatements } from './cached-statements';

/** Begins, ends and undoes a transaction. */
export const [BEGIN, COMMIT, ROLLBACK] = [
  CompiledQuery.raw('begin'),
  CompiledQuery.raw('commit'),
  CompiledQuery.raw('rollback'),
] as const;

/** A SQLite database as the one connection that Kysely knows; statements run at once. */
export function createSqliteConnection(database: CachedStatements): DatabaseConnection {
  return {
    async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
      const { parameters } = query;
      const statement = database.prepare(query.sql);
      if (statement.reader) {
        if (!isFirstRowQuery(query)) return { rows: statement.all(parameters) as R[] };
        const row = statement.get(parameters);
        return { rows: row === undefined ? [] : [row as R] };
      }
      const { changes, lastInsertRowid } = statement.run(parameters);
      return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
    },
    // biome-ignore lint/correctness/useYield: nothing here streams, and Kysely asks for the method
    async *streamQuery(): AsyncIterableIterator<never> {
      throw new Error('Streaming is not offered: read in pages.');
    },
  };
}
