import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type SelectModifierNode,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely';
import type { Mutex } from './mutex';

const BEGIN = CompiledQuery.raw('begin');
const COMMIT = CompiledQuery.raw('commit');
const ROLLBACK = CompiledQuery.raw('rollback');

/**
 * Kysely's way to one SQLite connection. Transactions and single statements take `turns` in the order of asking, so that
 * ten thousand that wait cost no more than one after the other.
 */
export function createSqliteDialect(database: SqliteDatabase, connection: DatabaseConnection, turns: Mutex): Dialect {
  const adapter = new SqliteAdapter();
  const run = async (query: typeof BEGIN): Promise<void> => {
    await connection.executeQuery(query);
  };
  return {
    createAdapter: () => adapter,
    createDriver: () => ({
      init: async () => {},
      async acquireConnection() {
        await turns.take();
        return connection;
      },
      beginTransaction: () => run(BEGIN),
      commitTransaction: () => run(COMMIT),
      rollbackTransaction: () => run(ROLLBACK),
      releaseConnection: async () => turns.pass(),
      destroy: async () => database.close(),
    }),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new LocklessCompiler(),
  };
}

/** A SQLite transaction that writes has the whole database: locks on rows (`for update`) are left out. */
class LocklessCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== 'ForUpdate') super.visitSelectModifier(node);
  }
}
