/** The tables of a database of version 1, as that version of the service made them. */
export const VERSION_ONE = `
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
PRAGMA user_version = 1;
`;

/** What somebody had in it: two channels, the second with a past that was trimmed, a task and an answer. */
export const DATA_OF_VERSION_ONE = `
INSERT INTO meta VALUES ('epoch', 'the epoch of before');
INSERT INTO users VALUES ('ada', 'Ada', 1);
INSERT INTO tasks VALUES ('t', 'ada', NULL, 'pending', 'milk', 1, 0, '{"id":"t","title":"milk","ownerId":"ada","version":1}');
INSERT INTO channels VALUES ('user:ada', 3, 'c', 0, NULL), ('user:eve', 5, 'z', 4, 'y');
INSERT INTO events VALUES
  ('user:ada', 1, 'a', 'task_update', 't', 1, 1, '{"n":"ä"}'),
  ('user:ada', 2, 'b', 'task_update', 't', 2, 2, '{"n":22}'),
  ('user:ada', 3, 'c', 'task_update', NULL, NULL, 3, '{"n":333}'),
  ('user:eve', 5, 'z', 'task_update', NULL, NULL, 3, '{}');
INSERT INTO answers VALUES ('ada', 'key', 'print', 201, '{}', 1);
`;
