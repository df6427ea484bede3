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
  `
  CREATE TABLE shares (
    user_id TEXT NOT NULL,
    task_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, task_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX shares_of_task ON shares (task_id, user_id);

  CREATE TABLE projects (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    owner_id TEXT NOT NULL,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE members (
    user_id TEXT NOT NULL,
    project_id TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, project_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX members_of_project ON members (project_id, user_id);

  CREATE INDEX tasks_of_project ON tasks (project_id, id) WHERE deleted = 0;

  CREATE TABLE history (
    task_id TEXT NOT NULL,
    entry INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (task_id, entry)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX history_by_age ON history (at);

  CREATE TABLE published (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (source, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX published_by_age ON published (at);

  CREATE TABLE quarantine (
    source TEXT NOT NULL,
    id TEXT NOT NULL,
    reason TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    is_final INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (source, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX quarantine_by_age ON quarantine (at);
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
