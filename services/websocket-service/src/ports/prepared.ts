import type { Compilable, CompiledQuery, DialectAdapter } from 'kysely';
import type { Database } from './schema';

/** A statement that is built and compiled once for each database, then only run: with other values, never other words. */
export interface Prepared<Values, Row> {
  all(db: Database, values: Values): Promise<readonly Row[]>;
  /** The first row. */
  first(db: Database, values: Values): Promise<Row | undefined>;
  /** Says how many rows it changed. */
  run(db: Database, values: Values): Promise<number>;
}

/** A compiled query whose first row is all that is wanted: a database may stop there. */
export interface FirstRowQuery extends CompiledQuery {
  readonly isFirstRow: true;
}

/** Is the first row of this query all that is wanted? */
export function isFirstRowQuery(query: CompiledQuery): query is FirstRowQuery {
  return 'isFirstRow' in query;
}

/**
 * Prepares a statement of a path that every write takes, where building it anew would cost more than running it.
 *
 * @param build Builds the query. Its values are places to be filled: it puts each where it belongs and looks at none.
 */
export function prepared<Values extends object, Row>(
  build: (db: Database, values: Values) => Compilable<Row>,
): Prepared<Values, Row> {
  const known = new WeakMap<DialectAdapter, CompiledQuery<Row>>();

  const compiledFor = (db: Database): CompiledQuery<Row> => {
    // A transaction has an executor of its own, and its database's adapter.
    const { adapter } = db.getExecutor();
    let compiled = known.get(adapter);
    if (compiled === undefined) {
      compiled = build(db, PLACES as Values).compile();
      known.set(adapter, compiled);
    }
    return compiled;
  };
  const execute = (db: Database, values: Values, hints?: Pick<FirstRowQuery, 'isFirstRow'>) => {
    const compiled = compiledFor(db);
    const parameters = compiled.parameters.map((value) =>
      value instanceof Place ? (values as Readonly<Record<string, unknown>>)[value.name] : value,
    );
    return db.executeQuery<Row>({ ...compiled, parameters, ...hints });
  };

  return {
    all: async (db, values) => (await execute(db, values)).rows,
    first: async (db, values) => (await execute(db, values, { isFirstRow: true })).rows[0],
    run: async (db, values) => Number((await execute(db, values)).numAffectedRows ?? 0),
  };
}

/** Stands for a value in a query that is compiled. */
class Place {
  constructor(readonly name: string) {}

  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `The value ${this.name} is known only when the statement runs: place it in the query as it is.`,
    );
  }
}

const PLACES: unknown = new Proxy({}, { get: (_, name) => new Place(String(name)) });
