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
  const known = new WeakMap<DialectAdapter, Compiled<Row>>();

  const compiledFor = (db: Database): Compiled<Row> => {
    // A transaction has an executor of its own, and its database's adapter.
    const { adapter } = db.getExecutor();
    let compiled = known.get(adapter);
    if (compiled === undefined) {
      const all = build(db, PLACES as Values).compile();
      compiled = { all, first: { ...all, isFirstRow: true } };
      known.set(adapter, compiled);
    }
    return compiled;
  };
  const execute = (db: Database, values: Values, rows: keyof Compiled<Row>) => {
    const compiled = compiledFor(db)[rows];
    const parameters = compiled.parameters.map((value) =>
      value instanceof Place ? (values as Readonly<Record<string, unknown>>)[value.name] : value,
    );
    return db.executeQuery<Row>({ ...compiled, parameters });
  };

  return {
    all: async (db, values) => (await execute(db, values, 'all')).rows,
    first: async (db, values) => (await execute(db, values, 'first')).rows[0],
    run: async (db, values) => Number((await execute(db, values, 'all')).numAffectedRows ?? 0),
  };
}

/** A statement, as it is run for all of its rows and for the first. */
interface Compiled<Row> {
  readonly all: CompiledQuery<Row>;
  readonly first: CompiledQuery<Row> & FirstRowQuery;
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
