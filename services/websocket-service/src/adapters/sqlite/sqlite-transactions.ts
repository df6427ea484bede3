import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type QueryResult,
  Transaction,
} from 'kysely';
import type { LogDatabase } from '@/ports/log-database';
import type { DatabaseTransaction, Schema } from '@/ports/schema';
import type { Mutex } from './mutex';
import { BEGIN, COMMIT, ROLLBACK } from './sqlite-connection';

/** What runs the journal's writes. */
export type SqliteTransactions = Required<Pick<LogDatabase, 'transaction' | 'part'>>;

/**
 * Makes what runs the journal's transactions. Each of their statements goes straight to the connection: Kysely's own
 * transactions hand it from promise to promise, since elsewhere there may be several, and that costs more than the
 * statement.
 */
export function createSqliteTransactions(
  dialect: Dialect,
  connection: DatabaseConnection,
  turns: Mutex,
): SqliteTransactions {
  const driver = dialect.createDriver();
  const [compiler, adapter] = [dialect.createQueryCompiler(), dialect.createAdapter()];
  const provider = { provideConnection: <T>(use: (own: DatabaseConnection) => Promise<T>) => use(connection) };

  const open = async <T>(work: (tx: DatabaseTransaction) => Promise<T>): Promise<T> => {
    const executor = new DirectExecutor(compiler, adapter, provider);
    executor.connection = connection;
    try {
      return await work(new Transaction<Schema>({ config: { dialect }, dialect, driver, executor }));
    } finally {
      executor.connection = undefined;
    }
  };

  return {
    async transaction(work) {
      await turns.take();
      try {
        await connection.executeQuery(BEGIN);
        const value = await open(work);
        await connection.executeQuery(COMMIT);
        return value;
      } catch (error) {
        await connection.executeQuery(ROLLBACK);
        throw error;
      } finally {
        turns.pass();
      }
    },
    part: (_tx, work) => open(work),
  };
}

/** Runs statements as long as the transaction, or its part, lasts; a late one must not get into somebody else's. */
class DirectExecutor extends DefaultQueryExecutor {
  connection: DatabaseConnection | undefined;

  override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.connection === undefined) throw new Error('The transaction is over: wait for all of its statements.');
    return this.connection.executeQuery<R>(query);
  }
}
