import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type QueryResult,
  Transaction,
} from 'kysely';
import type { LogDatabase } from '@/ports/log-database';
import type { Schema } from '@/ports/schema';
import type { Mutex } from './mutex';
import { BEGIN, COMMIT, ROLLBACK } from './sqlite-connection';

/**
 * Makes what runs the journal's transactions. Each of their statements goes straight to the connection: Kysely's own
 * transactions hand it from promise to promise, since elsewhere there may be several, and that costs more than the
 * statement.
 */
export function createSqliteTransactions(
  dialect: Dialect,
  connection: DatabaseConnection,
  turns: Mutex,
): LogDatabase['transaction'] {
  const driver = dialect.createDriver();
  const [compiler, adapter] = [dialect.createQueryCompiler(), dialect.createAdapter()];
  const provider = { provideConnection: <T>(use: (own: DatabaseConnection) => Promise<T>) => use(connection) };

  return async (work) => {
    await turns.take();
    const executor = new DirectExecutor(compiler, adapter, provider);
    executor.connection = connection;
    try {
      await connection.executeQuery(BEGIN);
      const value = await work(new Transaction<Schema>({ config: { dialect }, dialect, driver, executor }));
      await connection.executeQuery(COMMIT);
      return value;
    } catch (error) {
      await connection.executeQuery(ROLLBACK);
      throw error;
    } finally {
      executor.connection = undefined;
      turns.pass();
    }
  };
}

/** Runs statements as long as the transaction lasts; a late one must not get into somebody else's. */
class DirectExecutor extends DefaultQueryExecutor {
  connection: DatabaseConnection | undefined;

  override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    if (this.connection === undefined) throw new Error('The transaction is over: wait for all of its statements.');
    return this.connection.executeQuery<R>(query);
  }
}
