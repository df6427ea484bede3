import type LibsqlDatabase from 'libsql';

/** Runs a statement with these values; answers its first row, or `undefined` when there is none. */
export type FirstRow = (parameters: readonly unknown[]) => unknown;

/**
 * Prepares a statement for its first row alone. Each call runs with its own values, also after one that failed: libsql
 * leaves a failed statement as it stands, cannot give it other values then, and would run it with those again ([LG39]).
 */
export function firstRow(db: LibsqlDatabase.Database, sql: string): FirstRow {
  let ready: LibsqlDatabase.Statement | undefined = db.prepare(sql);
  return (parameters) => {
    const statement = ready ?? db.prepare(sql);
    ready = undefined;
    const row: unknown = statement.get(parameters);
    ready = statement;
    return row;
  };
}
