import type { CompiledQuery, QueryExecutor } from 'kysely';
import type { Database } from './schema';

/** Runs compiled statements, each with parameters of its own. */
export interface Statements {
  all<Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]): Answer<readonly Row[]>;
  /** The first row. */
  first<Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]): Answer<Row | undefined>;
  /** Says how many rows it changed. */
  run(query: CompiledQuery, parameters: readonly unknown[]): Answer<number>;
}

/** A database in this thread answers at once: a promise would cost more than most statements do. */
type Answer<T> = T | Promise<T>;

/** An executor of Kysely's with a shorter way to its database. */
export interface DirectExecutor extends QueryExecutor {
  readonly statements: Statements;
}

/** What runs the statements of a database, or of a transaction. */
export function statementsOf(db: Database): Statements {
  const executor = db.getExecutor();
  return isDirect(executor) ? executor.statements : throughKysely(db);
}

function isDirect(executor: QueryExecutor): executor is DirectExecutor {
  return 'statements' in executor;
}

function throughKysely(db: Database): Statements {
  const execute = <Row>(query: CompiledQuery<Row>, parameters: readonly unknown[]) =>
    db.executeQuery<Row>({ ...query, parameters });
  return {
    all: async (query, parameters) => (await execute(query, parameters)).rows,
    first: async (query, parameters) => (await execute(query, parameters)).rows[0],
    run: async (query, parameters) => Number((await execute(query, parameters)).numAffectedRows ?? 0),
  };
}
