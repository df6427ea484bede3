import { POSTGRES_BYTES, POSTGRES_EVENTS, POSTGRES_LINES, POSTGRES_SINCE } from './postgres/events-schema';
import { POSTGRES_SUBMISSIONS } from './postgres/submissions-schema';

/** The two databases that keep the service's tables. */
export type DatabaseKind = 'sqlite' | 'postgres';

/** SQL for both databases in SQLite's words ({@link statementsOf} translates), or apart where they differ. */
export type SchemaPart = string | Readonly<Record<DatabaseKind, string>>;

/** Step n brings a database of version n to version n + 1. A step that was released is never changed; new ones go last. */
export const SCHEMA_STEPS: readonly (readonly SchemaPart[])[] = [
  [
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
    `,
    {
      sqlite: `
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
      `,
      postgres: POSTGRES_EVENTS,
    },
    `
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
  ],
  [
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
  ],
  [
    // Running totals: how many bytes a channel has logged up to an event, and up to its floor.
    {
      sqlite: `
        ALTER TABLE channels ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE channels ADD COLUMN floor_bytes INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE events ADD COLUMN bytes INTEGER NOT NULL DEFAULT 0;
        UPDATE events SET bytes = total.bytes FROM (
          SELECT channel, seq, sum(octet_length(body)) OVER (PARTITION BY channel ORDER BY seq) AS bytes FROM events
        ) AS total WHERE total.channel = events.channel AND total.seq = events.seq;
        UPDATE channels SET bytes = coalesce((SELECT max(bytes) FROM events WHERE events.channel = channels.channel), 0);
      `,
      postgres: POSTGRES_BYTES,
    },
  ],
  [
    `
    CREATE TABLE revocations (
      kind TEXT NOT NULL,
      value TEXT NOT NULL,
      at INTEGER NOT NULL,
      PRIMARY KEY (kind, value)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX revocations_by_age ON revocations (at);
    `,
  ],
  [
    {
      sqlite: `
        CREATE TABLE submissions (id INTEGER PRIMARY KEY, body TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
      `,
      postgres: POSTGRES_SUBMISSIONS,
    },
  ],
  [
    `
    ALTER TABLE quarantine ADD COLUMN task_id TEXT;
    CREATE INDEX quarantine_of_task ON quarantine (task_id);
    `,
  ],
  [
    // A task of no project is in no project's list: its place there was one more page for every commit to write.
    `
    DROP INDEX tasks_of_project;
    CREATE INDEX tasks_of_project ON tasks (project_id, id) WHERE deleted = 0 AND project_id IS NOT NULL;
    `,
  ],
  [
    // What is kept of a task begins with when it came: of new ones it stands together, whatever their ids, and not each on a
    // page of its own. What was there before begins with 0.
    `
    ALTER TABLE tasks ADD COLUMN since INTEGER NOT NULL DEFAULT 0;

    -- A replica of the version before may still write; it names no since ([LG48]).
    CREATE TABLE history_since (
      since INTEGER NOT NULL DEFAULT 0,
      task_id TEXT NOT NULL,
      entry INTEGER NOT NULL,
      at INTEGER NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (since, task_id, entry)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO history_since (since, task_id, entry, at, body) SELECT 0, task_id, entry, at, body FROM history;
    DROP TABLE history;
    ALTER TABLE history_since RENAME TO history;
    CREATE INDEX history_by_age ON history (at);

    ALTER TABLE events ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
    DROP INDEX events_of_task;
    CREATE INDEX events_of_task ON events (channel, since, task_id, version);
    `,
    { sqlite: '', postgres: POSTGRES_SINCE },
  ],
  [{ sqlite: '', postgres: POSTGRES_LINES }],
];

/** The SQL of a step for one database. */
export function statementsOf(step: readonly SchemaPart[], kind: DatabaseKind): string {
  return step
    .map((part) => (typeof part === 'string' ? (kind === 'sqlite' ? part : inPostgres(part)) : part[kind]))
    .join('\n');
}

/** PostgreSQL's integers are 64 bits wide only as BIGINT, and its texts compare byte by byte only in the "C" collation. */
function inPostgres(sql: string): string {
  return sql
    .replaceAll(/\bINTEGER\b/g, 'BIGINT')
    .replaceAll(/\bTEXT\b/g, 'TEXT COLLATE "C"')
    .replaceAll(/\) STRICT(, WITHOUT ROWID)?;/g, ');');
}
