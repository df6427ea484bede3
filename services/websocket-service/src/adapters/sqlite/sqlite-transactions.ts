import {
  type CompiledQuery,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type DialectAdapter,
  type QueryCompiler,
  type QueryResult,
  Transaction,
} from 'kysely';
import type { LogDatabase } from '@/ports/log-database';
import type { DatabaseTransaction, Schema } from '@/ports/schema';
import type { DirectExecutor, Statements } from '@/ports/statements';
import type { CachedStatement, CachedStatements } from './cached-statements';
import type { Mutex } from './mutex';

/** What runs the journal's writes. */
export type SqliteTransactions = Required<Pick<LogDatabase, 'transaction' | 'part'>>;

/**
 * Makes what runs the journal's transactions. Each of their statements goes straight to the database, and those that are
 * prepared without a promise: Kysely's own transactions hand them from promise to promise, since elsewhere there may be
 * several, and that costs more than the statement.
 */
export function createSqliteTransactions(
  dialect: Dialect,
  connection: DatabaseConnection,
  database: CachedStatements,
  turns: Mutex,
): SqliteTransactions {
  const driver = dialect.createDriver();
  const [compiler, adapter] = [dialect.createQueryCompiler(), dialect.createAdapter()];

  const open = async <T>(work: (tx: DatabaseTransaction) => Promise<T>): Promise<T> => {
    const executor = new OpenExecutor(compiler, adapter, connection, database);
    try {
      return await work(new Transaction<Schema>({ config: { dialect }, dialect, driver, executor }));
    } finally {
      executor.isOpen = false;
    }
  };

  return {
    async transaction(work) {
      if (!turns.takeIfFree()) await turns.take();
      try {
        database.prepare('begin').run([]);
        const value = await open(work);
        database.prepare('commit').run([]);
        return value;
      } catch (error) {
        database.prepare('rollback').run([]);
        throw error;
      } finally {
        turns.pass();
      }
    },
    part: (_tx, work) => open(work),
  };
}

/** Runs statements as long as the transaction, or its part, lasts; a late one must not get into somebody else's. */
class OpenExecutor extends DefaultQueryExecutor implements DirectExecutor, Statements {
  isOpen = true;

  constructor(
    compiler: QueryCompiler,
    adapter: DialectAdapter,
    private readonly connection: DatabaseConnection,
    private readonly database: CachedStatements,
  ) {
    super(compiler, adapter, { provideConnection: (use) => use(connection) });
  }

  get statements(): Statements {
    return this;
  }

  override async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    this.#requireOpen();
    return this.connection.executeQuery<R>(query);
  }

  all<Row>({ sql }: CompiledQuery<Row>, parameters: readonly unknown[]): readonly Row[] {
    return this.#prepare(sql).all(parameters) as Row[];
  }

  first<Row>({ sql }: CompiledQuery<Row>, parameters: readonly unknown[]): Row | undefined {
    return this.#prepare(sql).get(parameters) as Row | undefined;
  }

  run({ sql }: CompiledQuery, parameters: readonly unknown[]): number {
    return Number(this.#prepare(sql).run(parameters).changes);
  }

  #prepare(sql: string): CachedStatement {
    this.#requireOpen();
    return this.database.prepare(sql);
  }

  #requireOpen(): void {
    if (!this.isOpen) throw new Error('The transaction is over: wait for all of its statements.');
  }
}
