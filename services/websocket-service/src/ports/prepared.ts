import type { Compilable, CompiledQuery, DialectAdapter, QueryResult } from 'kysely';
import type { Database } from './schema';

/** A statement that is built and compiled once for each database, then only run: with other values, never other words. */
export interface Prepared<Values, Row> {
  all(db: Database, values: Values): Promise<readonly Row[]>;
  /** The first row. */
  first(db: Database, values: Values): Promise<Row | undefined>;
  /** Says how many rows it changed. */
  run(db: Database, values: Values): Promise<number>;
}

/** The same for a statement about any number of things at once. */
export interface PreparedMany<Values, Row> {
  all(db: Database, list: readonly Values[]): Promise<readonly Row[]>;
  /** Says how many rows it changed. */
  run(db: Database, list: readonly Values[]): Promise<number>;
}

/** A compiled query whose first row is all that is wanted: a database may stop there. */
export interface FirstRowQuery extends CompiledQuery {
  readonly isFirstRow: true;
}

/** Is the first row of this query all that is wanted? */
export function isFirstRowQuery(query: CompiledQuery): query is FirstRowQuery {
  return 'isFirstRow' in query;
}

/** So many go into one statement, the largest first: few statements, and few to be kept compiled. */
const SIZES = [16, 8, 4, 2, 1] as const;

type Build<Values, Row> = (db: Database, list: readonly Values[]) => Compilable<Row>;

/**
 * Prepares a statement of a path that every write takes, where building it anew would cost more than running it.
 *
 * @param build Builds the query. Its values are places to be filled: it puts each where it belongs and looks at none.
 */
export function prepared<Values extends object, Row>(
  build: (db: Database, values: Values) => Compilable<Row>,
): Prepared<Values, Row> {
  const execute = executorOf<Values, Row>((db, list) => build(db, list[0] as Values));
  return {
    all: async (db, values) => (await execute(db, [values])).rows,
    first: async (db, values) => (await execute(db, [values], true)).rows[0],
    run: async (db, values) => changesOf(await execute(db, [values])),
  };
}

/**
 * Prepares a statement about a list: rows to be written, or keys to be found. A long list is taken in parts.
 *
 * @param build As in {@link prepared}, with the places of each item of a list.
 * @param isKeyed An item finds one row at most.
 */
export function preparedMany<Values extends object, Row>(
  build: Build<Values, Row>,
  isKeyed = false,
): PreparedMany<Values, Row> {
  const execute = executorOf(build);
  return {
    async all(db, list) {
      const rows: Row[] = [];
      for (const part of partsOf(list)) rows.push(...(await execute(db, part, isKeyed && part.length === 1)).rows);
      return rows;
    },
    async run(db, list) {
      let changes = 0;
      for (const part of partsOf(list)) changes += changesOf(await execute(db, part));
      return changes;
    },
  };
}

type Execute<Values, Row> = (db: Database, list: readonly Values[], isFirstRow?: boolean) => Promise<QueryResult<Row>>;

function executorOf<Values extends object, Row>(build: Build<Values, Row>): Execute<Values, Row> {
  const known = new WeakMap<DialectAdapter, Map<number, CompiledQuery<Row>>>();

  const compiledFor = (db: Database, size: number): CompiledQuery<Row> => {
    // A transaction has an executor of its own, and its database's adapter.
    const { adapter } = db.getExecutor();
    const bySize = known.get(adapter) ?? new Map<number, CompiledQuery<Row>>();
    known.set(adapter, bySize);
    let compiled = bySize.get(size);
    if (compiled === undefined) {
      compiled = build(db, Array.from({ length: size }, (_, item) => placesOf(item)) as Values[]).compile();
      bySize.set(size, compiled);
    }
    return compiled;
  };
  return (db, list, isFirstRow) => {
    const compiled = compiledFor(db, list.length);
    const parameters = compiled.parameters.map((value) =>
      value instanceof Place ? (list[value.item] as Readonly<Record<string, unknown>>)[value.name] : value,
    );
    return db.executeQuery<Row>({ ...compiled, parameters, ...(isFirstRow && FIRST_ROW) });
  };
}

const FIRST_ROW: Pick<FirstRowQuery, 'isFirstRow'> = { isFirstRow: true };

function changesOf({ numAffectedRows }: QueryResult<unknown>): number {
  return Number(numAffectedRows ?? 0);
}

function partsOf<Values>(list: readonly Values[]): readonly (readonly Values[])[] {
  const parts: (readonly Values[])[] = [];
  let start = 0;
  for (const size of SIZES) {
    for (; list.length - start >= size; start += size) parts.push(list.slice(start, start + size));
  }
  return parts;
}

/** Stands for a value in a query that is compiled. */
class Place {
  constructor(
    readonly item: number,
    readonly name: string,
  ) {}

  [Symbol.toPrimitive](): never {
    throw new TypeError(
      `The value ${this.name} is known only when the statement runs: place it in the query as it is.`,
    );
  }
}

function placesOf(item: number): unknown {
  return new Proxy({}, { get: (_, name) => new Place(item, String(name)) });
}
