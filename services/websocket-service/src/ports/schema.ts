import type { Kysely, Transaction } from 'kysely';

/** The service's tables, the same in every database. Times are milliseconds since 1970. */
export interface Schema {
  meta: { key: string; value: string };
  users: { id: string; name: string; created_at: number };
  tasks: TaskRow;
  channels: ChannelRow;
  events: EventRow;
  answers: AnswerRow;
}

/** One task; the tombstone of a deleted one stays. */
export interface TaskRow {
  id: string;
  owner_id: string;
  project_id: string | null;
  status: string;
  /** Title and description in lower case. */
  search_text: string;
  version: number;
  /** 0 or 1. */
  deleted: number;
  /** The whole task as JSON. */
  body: string;
}

/** The gap-free counter of one channel, and how much of its history is gone. */
export interface ChannelRow {
  channel: string;
  head: number;
  head_event_id: string;
  /** The last seq that `trim` took away; 0 when none. */
  floor: number;
  floor_event_id: string | null;
}

/** One event of one channel. */
export interface EventRow {
  channel: string;
  seq: number;
  event_id: string;
  type: string;
  task_id: string | null;
  version: number | null;
  at: number;
  body: string;
}

/** The first answer to an `Idempotency-Key`. */
export interface AnswerRow {
  user_id: string;
  key: string;
  fingerprint: string;
  status: number;
  body: string;
  created_at: number;
}

/** The database. */
export type Database = Kysely<Schema>;

/** The database inside a transaction. */
export type DatabaseTransaction = Transaction<Schema>;
