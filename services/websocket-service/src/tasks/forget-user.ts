import { isRecord, userChannel } from '@/lib/protocol';
import type { JournalTransaction } from '@/log/journal';
import { withdrawTask } from '@/log/withdraw-task';
import type { DatabaseTransaction } from '@/ports/schema';
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
 * The channel's counter stays, without a past, since a seq must never come twice. A project goes on with its longest
 * member, or goes too.
 */
export async function forgetUser(tx: JournalTransaction, userId: string): Promise<Forgotten> {
  const { db } = tx;
  const tasks = await db.selectFrom('tasks').select(['id', 'project_id']).where('owner_id', '=', userId).execute();
  const taskIds = tasks.map((task) => task.id);
  for (const task of tasks) await tellOthers(tx, userId, task);
  await tx.flush();

  const events = (await emptyInbox(db, userId)) + (await scrubEvents(db, userId, new Set(taskIds)));
  const own = db.selectFrom('tasks').select('id').where('owner_id', '=', userId);
  await db.deleteFrom('history').where('task_id', 'in', own).execute();
  for (const ids of slicesOf(taskIds)) {
    await db.deleteFrom('shares').where('task_id', 'in', ids).execute();
  }
  await db.deleteFrom('tasks').where('owner_id', '=', userId).execute();
  await scrubHistory(db, userId);
  await db.deleteFrom('shares').where('user_id', '=', userId).execute();
  await leaveProjects(db, userId);
  await emptyQuarantine(db, userId);
  const answers = await db.deleteFrom('answers').where('user_id', '=', userId).executeTakeFirstOrThrow();
  await db.deleteFrom('users').where('id', '=', userId).execute();
  return { tasks: taskIds.length, events, answers: Number(answers.numDeletedRows) };
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
  await db
    .updateTable('channels')
    .set((row) => ({ floor: row.ref('head'), floor_event_id: row.ref('head_event_id'), floor_bytes: row.ref('bytes') }))
    .where('channel', '=', channel)
    .execute();
  const { numDeletedRows } = await db.deleteFrom('events').where('channel', '=', channel).executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** In other channels the seqs stay: an event of a task that is gone is skipped, and any other forgets its actor. */
async function scrubEvents(db: DatabaseTransaction, userId: string, gone: ReadonlySet<string>): Promise<number> {
  const rows = await db
    .selectFrom('events')
    .select(['channel', 'seq', 'task_id', 'body'])
    .where('body', 'like', mentionOf(userId))
    .execute();
  let count = 0;
  for (const { channel, seq, task_id, body } of rows) {
    const isGone = task_id !== null && gone.has(task_id);
    const scrubbed = isGone ? '{}' : withoutActor(body, userId);
    if (scrubbed === body) continue;
    count += 1;
    await db
      .updateTable('events')
      .set({ body: scrubbed, ...(isGone && { type: 'skip', version: null }) })
      .where('channel', '=', channel)
      .where('seq', '=', seq)
      .execute();
  }
  return count;
}

async function scrubHistory(db: DatabaseTransaction, userId: string): Promise<void> {
  const rows = await db
    .selectFrom('history')
    .select(['since', 'task_id', 'entry', 'body'])
    .where('body', 'like', mentionOf(userId))
    .execute();
  for (const { since, task_id, entry, body } of rows) {
    const scrubbed = withoutWatcher(withoutActor(body, userId), userId);
    if (scrubbed === body) continue;
    await db
      .updateTable('history')
      .set({ body: scrubbed })
      .where('since', '=', since)
      .where('task_id', '=', task_id)
      .where('entry', '=', entry)
      .execute();
  }
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

/** Bodies that may mention the user; `LIKE` finds more than that, never less. */
function mentionOf(userId: string): string {
  return `%${JSON.stringify(userId)
    .slice(1, -1)
    .replaceAll(/[\\%_]/g, '_')}%`;
}

function withoutActor(body: string, userId: string): string {
  const value: unknown = JSON.parse(body);
  if (!isRecord(value) || !isRecord(value.actor) || value.actor.id !== userId) return body;
  const { actor, ...rest } = value;
  return JSON.stringify(rest);
}

/** With whom a task was shared is in its history alone. */
function withoutWatcher(body: string, userId: string): string {
  const value: unknown = JSON.parse(body);
  if (!isRecord(value) || value.userId !== userId) return body;
  const { userId: watcher, ...rest } = value;
  return JSON.stringify(rest);
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
