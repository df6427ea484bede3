import type { Compilable, CompiledQuery, DialectAdapter } from 'kysely';
import type { Database } from './schema';
import { statementsOf } from './statements';

/** A statement that is built and compiled once for each database, then only run: with other values, never other words. */
export interface Prepared<Values, Row> {
  all(db: Database, values: Values): Promise<readonly Row[]>;
  /** The first row. */
  first(db: Database, values: Values): Promise<Row | undefined>;
  /** Says how many rows it changed. */
  run(db: Database, values: Values): Promise<number>;
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

  return {
    async all(db, values) {
      const query = compiledFor(db);
      return statementsOf(db).all(query, filled(query, values));
    },
    async first(db, values) {
      const query = compiledFor(db);
      return statementsOf(db).first(query, filled(query, values));
    },
    async run(db, values) {
      const query = compiledFor(db);
      return statementsOf(db).run(query, filled(query, values));
    },
  };
}

/** The parameters of a statement, with `values` in their places. */
function filled({ parameters }: CompiledQuery, values: object): readonly unknown[] {
  return parameters.map((value) =>
    value instanceof Place ? (values as Readonly<Record<string, unknown>>)[value.name] : value,
  );
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
