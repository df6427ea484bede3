import { createChannelAccess } from '@/auth/channel-access';
import { createRevocationStore } from '@/auth/revocation-store';
import { createSharedSecret } from '@/auth/shared-secret';
import { createUsers } from '@/auth/users';
import { createEventLogMethods } from '@/log/event-log-methods';
import { createHeldEvents } from '@/log/held-events';
import type { Journal } from '@/log/journal';
import type { LogDatabase } from '@/ports/log-database';
import { createAnswerOnce } from '@/tasks/answer-once';
import { createChannelStore } from '@/tasks/channel-store';
import { forgetAnswers } from '@/tasks/first-answers';
import { forgetRecords, type RecordAges } from '@/tasks/forget-records';
import { createHistoryReader } from '@/tasks/history-reader';
import { createProjectReader } from '@/tasks/project-reader';
import { createProjectWriter, type ProjectLimits } from '@/tasks/project-writer';
import { createPublisher, type PublishLimits } from '@/tasks/publisher';
import { createSubmissions } from '@/tasks/submissions';
import { createTaskReader } from '@/tasks/task-reader';
import { createTaskWriter, type TaskLimits } from '@/tasks/task-writer';

/** What the storage needs to know of the configuration. Plain data. */
export interface StorageLimits extends TaskLimits, ProjectLimits, PublishLimits {}

/**
 * Everything that the service asks its storage, and the one place where a new question is registered. The embedded
 * database answers in a thread of its own: arguments and results are plain data, every method is async, and a refusal is
 * a `Problem`.
 */
export function createStorageMethods(database: LogDatabase, journal: Journal, limits: StorageLimits) {
  const { db, epoch } = database;
  const held = createHeldEvents();
  const answerOnce = createAnswerOnce(journal);
  const projects = createProjectReader(db);
  const publisher = createPublisher(journal, limits);
  return {
    ...createEventLogMethods(database, journal, held),
    ...createChannelStore(database, held),
    ...createTaskWriter(answerOnce, epoch, limits),
    ...createTaskReader(db, epoch),
    ...createHistoryReader(db, epoch),
    ...createProjectWriter(answerOnce, epoch, limits),
    ...projects,
    ...publisher,
    ...createSubmissions(db, publisher),
    ...createUsers(journal),
    ...createSharedSecret(journal),
    ...createRevocationStore(db, journal),
    mayRead: createChannelAccess(projects.isMember),
    canWrite: journal.canWrite,
    /** See `forgetRecords`. */
    forgetRecords: (ages: RecordAges) => journal.write((tx) => forgetRecords(tx, ages)),
    /** Forgets the answers to Idempotency-Keys that were given longer ago than `maxAgeMs`. */
    forgetAnswers: (maxAgeMs: number) => journal.write((tx) => forgetAnswers(tx.db, tx.now - maxAgeMs)),
  };
}

/** See {@link createStorageMethods}. */
export type StorageMethods = ReturnType<typeof createStorageMethods>;
