import type { JournalTransaction } from '@/log/journal';
import { effectOfPublished } from './effect-of-published';
import { isDigest, type PublishedEvent, readPublishedEvent } from './published-event';
import { createPublishedIds } from './published-ids';
import type { PublishLimits, PublishOutcome } from './publisher';
import { forgetFailure, givenUpFor, lookIntoQuarantine } from './quarantine';
import { recordFact, recordNewTasks } from './record-fact';
import { shareTask, unshareTask } from './share-task';
import { type StoredTask, sizeOfFields } from './stored-task';
import { watchersOf } from './task-access';
import type { TaskFact } from './task-events';
import { lockTasks } from './task-rows';

/** Events of one request on their way into the tables. */
export interface Publishing {
  /** Applies one of them, in its turn; `undefined`: its task is unknown, as yet. */
  apply(event: PublishedEvent): Promise<PublishOutcome | undefined>;
  /** Writes what waits. */
  end(): Promise<void>;
}

/**
 * Begins to publish `events` in a transaction. What they find is looked up for all of them together, and tasks that are
 * new are written together ([SV115]).
 */
export async function beginPublishing(
  tx: JournalTransaction,
  events: readonly PublishedEvent[],
  limits: PublishLimits,
): Promise<Publishing> {
  const standings = await lockTasks(
    tx.db,
    events.map(({ taskId }) => String(taskId)),
  );
  const ids = createPublishedIds(tx.db, tx.now);
  await ids.claim(events);
  const quarantined = await lookIntoQuarantine(tx, events);
  let newTasks: TaskFact[] = [];

  const writeNewTasks = async (): Promise<void> => {
    const facts = newTasks;
    newTasks = [];
    await recordNewTasks(tx, facts);
  };

  const apply = async (event: PublishedEvent): Promise<PublishOutcome | undefined> => {
    if (ids.isKnown(event)) return { outcome: 'duplicate' };
    const standing = standings.get(String(event.taskId));
    const effect = effectOfPublished(event, standing, tx.now);
    if (effect.outcome === 'unknown') return undefined;
    if (effect.outcome === 'rejected') return effect;
    if (effect.outcome === 'accepted') {
      const { task, fact } = effect;
      const sharedWith = event.sharedWith?.filter((userId) => userId !== task.ownerId);
      const reason = reasonAgainst(task, sharedWith, limits);
      if (reason !== undefined) return { outcome: 'rejected', reason };
      if (fact !== undefined && standing === undefined && sharedWith === undefined) newTasks.push(fact);
      else await record(event, effect, standing?.task, sharedWith);
      if (fact !== undefined) standings.set(String(event.taskId), { task, isDeleted: fact.kind === 'deleted' });
    }
    ids.take(event);
    if (quarantined.hasFailed(event)) await forgetFailure(tx, event.source, event.key);
    if (standing === undefined && quarantined.isAwaited(event)) await takeUpAgain(event);
    return { outcome: effect.outcome };
  };

  const record = async (
    { actor }: PublishedEvent,
    { task, fact }: { readonly task: StoredTask; readonly fact?: TaskFact },
    before: StoredTask | undefined,
    sharedWith: readonly string[] | undefined,
  ): Promise<void> => {
    // In the order in which it came.
    await writeNewTasks();
    const sharing = { task, ...(actor && { actor }) };
    const watchers = sharedWith === undefined ? [] : await watchersOf(tx.db, String(task.id));
    // Who may not see the change any more is not told of it; who may see it from now on gets the task after it.
    for (const userId of watchers) if (!sharedWith?.includes(userId)) await unshareTask(tx, { ...sharing, userId });
    if (fact !== undefined) await recordFact(tx, fact, before);
    for (const userId of sharedWith ?? []) await shareTask(tx, { ...sharing, userId }, limits.maxWatchersPerTask);
  };

  /** The task is known now: what was given up for want of it takes effect, in the order in which it came ([SV84]). */
  const takeUpAgain = async ({ taskId }: PublishedEvent): Promise<void> => {
    for (const { source, key, raw } of await givenUpFor(tx, String(taskId))) {
      const envelope = { ...(source !== '' && { source }), ...(!isDigest(key) && { id: key }) };
      const reading = readPublishedEvent(parsedOrNothing(raw), envelope);
      if (!reading.ok) continue;
      await ids.claim([reading.event]);
      await apply(reading.event);
      await forgetFailure(tx, source, key);
    }
  };

  return {
    apply,
    async end() {
      await writeNewTasks();
      await ids.giveBack();
    },
  };
}

function reasonAgainst(
  task: StoredTask,
  sharedWith: readonly string[] | undefined,
  { maxTaskBytes, maxWatchersPerTask }: PublishLimits,
): string | undefined {
  if (sizeOfFields(task) > maxTaskBytes) return `The task would be larger than ${maxTaskBytes} bytes.`;
  if (sharedWith !== undefined && sharedWith.length > maxWatchersPerTask) {
    return `shared_with has more than ${maxWatchersPerTask} users.`;
  }
  return undefined;
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It was longer than the quarantine keeps.
    return undefined;
  }
}
