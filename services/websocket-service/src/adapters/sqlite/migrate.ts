import type LibsqlDatabase from 'libsql';
import { SCHEMA_STEPS, statementsOf } from '@/adapters/schema-steps';

/**
 * Brings the tables up to date, each step in its own transaction.
 *
 * @throws Error when the database was written by a newer version of the service.
 */
export function migrate(db: LibsqlDatabase.Database): void {
  const version = versionOf(db);
  if (version > SCHEMA_STEPS.length) {
    throw new Error(
      `The database is of version ${version}, this service knows ${SCHEMA_STEPS.length}: start the newer service, or restore a backup of before the upgrade.`,
    );
  }
  SCHEMA_STEPS.slice(version).forEach((step, index) => {
    const sql = statementsOf(step, 'sqlite');
    db.exec(`BEGIN IMMEDIATE; ${sql} PRAGMA user_version = ${version + index + 1}; COMMIT;`);
  });
}

function versionOf(db: LibsqlDatabase.Database): number {
  const row: unknown = db.prepare('PRAGMA user_version').get([]);
  return (row as { user_version: number }).user_version;
}
