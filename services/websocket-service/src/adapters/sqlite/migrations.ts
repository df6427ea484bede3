import type LibsqlDatabase from 'libsql';

/** Step n brings a database of version n to version n + 1. A step that was released is never changed. */
const STEPS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE users (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, created_at INTEGER NOT NULL) STRICT;

  CREATE TABLE tasks (
    id TEXT PRIMARY KEY,
    owner_id TEXT NOT NULL,
    project_id TEXT,
    status TEXT NOT NULL,
    search_text TEXT NOT NULL,
    version INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX tasks_of_owner ON tasks (owner_id, id) WHERE deleted = 0;

  CREATE TABLE channels (
    channel TEXT PRIMARY KEY,
    head INTEGER NOT NULL,
    head_event_id TEXT NOT NULL,
    floor INTEGER NOT NULL,
    floor_event_id TEXT
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE events (
    channel TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    task_id TEXT,
    version INTEGER,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (channel, seq)
  ) STRICT;
  CREATE UNIQUE INDEX events_by_id ON events (channel, event_id);
  CREATE INDEX events_of_task ON events (channel, task_id, version);
  CREATE INDEX events_by_age ON events (at);

  CREATE TABLE answers (
    user_id TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX answers_by_age ON answers (created_at);
  `,
];

/**
 * Brings the tables up to date, each step in its own transaction.
 *
 * @throws Error when the database was written by a newer version of the service.
 */
export function migrate(db: LibsqlDatabase.Database): void {
  const version = versionOf(db);
  if (version > STEPS.length) {
    throw new Error(
      `The database is of version ${version}, this service knows ${STEPS.length}: start the newer service, or restore a backup of before the upgrade.`,
    );
  }
  STEPS.slice(version).forEach((step, index) => {
    db.exec(`BEGIN IMMEDIATE; ${step} PRAGMA user_version = ${version + index + 1}; COMMIT;`);
  });
}

function versionOf(db: LibsqlDatabase.Database): number {
  const row: unknown = db.prepare('PRAGMA user_version').get([]);
  return (row as { user_version: number }).user_version;
}
