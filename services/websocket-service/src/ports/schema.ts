import type { Kysely, Transaction } from 'kysely';

/** The service's tables, the same in every database. Times are milliseconds since 1970. */
export interface Schema {
  meta: { key: string; value: string };
  users: { id: string; name: string; created_at: number };
  tasks: TaskRow;
  channels: ChannelRow;
  events: EventRow;
  answers: AnswerRow;
  shares: ShareRow;
  projects: ProjectRow;
  members: MemberRow;
  history: HistoryRow;
  published: PublishedRow;
  revocations: RevocationRow;
  quarantine: QuarantineRow;
  submissions: SubmissionRow;
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
  /** When the service first heard of the task: what is kept of it begins with that ([LG33]). */
  since: number;
}

/** The end of a user's tokens, or of the one token that has this `jti`. */
export interface RevocationRow {
  /** `user` or `jti`. */
  kind: string;
  value: string;
  at: number;
}

/** The gap-free counter of one channel, and how much of its history is gone. */
export interface ChannelRow {
  channel: string;
  head: number;
  head_event_id: string;
  /** The last seq that `trim` took away; 0 when none. */
  floor: number;
  floor_event_id: string | null;
  /** Running total of the bodies' bytes, up to the head. */
  bytes: number;
  /** The running total at the floor. */
  floor_bytes: number;
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
  /** The channel's running total of bytes, this body included. */
  bytes: number;
  /** The task's own `since`; 0 without one. */
  since: number;
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

/** A task that its owner shares with a watcher. */
export interface ShareRow {
  user_id: string;
  task_id: string;
  created_at: number;
}

/** A project; its owner is a member as well. */
export interface ProjectRow {
  id: string;
  name: string;
  owner_id: string;
  created_at: number;
}

/** Who belongs to a project. */
export interface MemberRow {
  user_id: string;
  project_id: string;
  created_at: number;
}

/** One line of a task's history, counted from 1 for each task. */
export interface HistoryRow {
  /** The task's own. */
  since: number;
  task_id: string;
  entry: number;
  at: number;
  /** The line as JSON. */
  body: string;
}

/** An event that a backend published and that took effect: a second one with its id is a duplicate. */
export interface PublishedRow {
  /** Whose ids these are. */
  source: string;
  id: string;
  at: number;
}

/** A published event that could not take effect. */
export interface QuarantineRow {
  source: string;
  id: string;
  reason: string;
  /** How often it was tried. */
  attempts: number;
  /** 0 while it may still be tried again, 1 when it was given up. */
  is_final: number;
  /** When it was last tried. */
  at: number;
  /** The task that it waits for; null where no task would help. */
  task_id: string | null;
  /** What came, as JSON or as the text that was none. */
  body: string;
}

/** An event that an application left in the shared database, on its way. */
export interface SubmissionRow {
  id: number;
  /** The event as JSON. */
  body: string;
  at: number;
}

/** The database. */
export type Database = Kysely<Schema>;

/** The database inside a transaction. */
export type DatabaseTransaction = Transaction<Schema>;
