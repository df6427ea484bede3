import { userChannel } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { withdrawTask } from '@/log/withdraw-task';
import type { DatabaseTransaction } from '@/ports/schema';
import { timedId } from '@/ports/timed-id';
import { mentionOf } from './mentions';
import { type Scrubbing, scrubEvents, scrubHistory } from './scrub-mentions';
import { channelsOf, watchersOf } from './task-access';

/** How much of a user went. */
export interface Forgotten {
  readonly tasks: number;
  readonly events: number;
  readonly answers: number;
}

/**
 * Deletes what is known of a user: tasks with their history and shares, the events that told of them, answers, shares,
 * memberships, the login. Others who saw a task are told that it is gone; where the user acted on theirs, the name goes.
 * The channel's counter stays, one further and without a past, since a seq must never come twice and whoever still stands
 * before it has to begin anew ([LG51]). A project goes on with its longest member, or goes too.
 *
 * What the user did elsewhere is scrubbed first and in pieces, then all of their own goes in one transaction: one that was
 * interrupted is simply repeated ([LG50]).
 */
export async function forgetUser(scrubbing: Scrubbing): Promise<Forgotten> {
  const { journal, db, userId } = scrubbing;
  const owned = await db.selectFrom('tasks').select('id').where('owner_id', '=', userId).execute();
  const scrubbed = await scrubEvents(scrubbing, new Set(owned.map(({ id }) => id)));
  await scrubHistory(scrubbing);
  const { events, ...rest } = await journal.write((tx) => forgetOwn(tx, userId));
  return { ...rest, events: events + scrubbed };
}

async function forgetOwn(tx: JournalTransaction, userId: string): Promise<Forgotten> {
  const { db } = tx;
  const tasks = await db
    .selectFrom('tasks')
    .select(['id', 'project_id', 'since'])
    .where('owner_id', '=', userId)
    .forUpdate()
    .execute();
  for (const task of tasks) await tellOthers(tx, userId, task);
  await tx.flush();

  const events = await emptyInbox(db, userId);
  for (const { id, since } of tasks) {
    await db.deleteFrom('history').where('since', '=', since).where('task_id', '=', id).execute();
  }
  for (const ids of slicesOf(tasks.map(({ id }) => id))) {
    await db.deleteFrom('shares').where('task_id', 'in', ids).execute();
    await db.deleteFrom('tasks').where('id', 'in', ids).execute();
  }
  await db.deleteFrom('shares').where('user_id', '=', userId).execute();
  await leaveProjects(db, userId);
  await emptyQuarantine(db, userId);
  const answers = await db.deleteFrom('answers').where('user_id', '=', userId).executeTakeFirstOrThrow();
  await db.deleteFrom('users').where('id', '=', userId).execute();
  return { tasks: tasks.length, events, answers: Number(answers.numDeletedRows) };
}

const SLICE = 500;

function slicesOf(ids: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(ids.length / SLICE) }, (_, index) =>
    ids.slice(index * SLICE, (index + 1) * SLICE),
  );
}

/** Every other channel that carried the task loses it, as when access ends. */
async function tellOthers(
  tx: JournalTransaction,
  userId: string,
  task: { readonly id: string; readonly project_id: string | null },
): Promise<void> {
  const carriers = channelsOf({ ownerId: userId, projectId: task.project_id }, await watchersOf(tx.db, task.id));
  for (const channel of carriers.slice(1)) await withdrawTask(tx, channel, task.id);
}

async function emptyInbox(db: DatabaseTransaction, userId: string): Promise<number> {
  const channel = userChannel(userId);
  const eventId = timedId();
  await db
    .updateTable('channels')
    .set(({ eb, ref }) => ({
      head: eb('head', '+', 1),
      head_event_id: eventId,
      floor: eb('head', '+', 1),
      floor_event_id: eventId,
      floor_bytes: ref('bytes'),
    }))
    .where('channel', '=', channel)
    .execute();
  const { numDeletedRows } = await db.deleteFrom('events').where('channel', '=', channel).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

async function emptyQuarantine(db: DatabaseTransaction, userId: string): Promise<void> {
  const rows = await db
    .selectFrom('quarantine')
    .select(['source', 'id', 'body'])
    .where('body', 'like', mentionOf(userId))
    .execute();
  for (const { source, id, body } of rows) {
    if (!body.includes(JSON.stringify(userId))) continue;
    await db.deleteFrom('quarantine').where('source', '=', source).where('id', '=', id).execute();
  }
}

async function leaveProjects(db: DatabaseTransaction, userId: string): Promise<void> {
  await db.deleteFrom('members').where('user_id', '=', userId).execute();
  const owned = await db.selectFrom('projects').select('id').where('owner_id', '=', userId).execute();
  for (const { id } of owned) {
    const heir = await db
      .selectFrom('members')
      .select('user_id')
      .where('project_id', '=', id)
      .orderBy('created_at')
      .orderBy('user_id')
      .limit(1)
      .executeTakeFirst();
    if (heir === undefined) await db.deleteFrom('projects').where('id', '=', id).execute();
    else await db.updateTable('projects').set({ owner_id: heir.user_id }).where('id', '=', id).execute();
  }
}
