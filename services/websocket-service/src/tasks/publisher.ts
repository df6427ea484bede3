import type { Journal, JournalTransaction } from '@/log/journal';
import { effectOfPublished } from './effect-of-published';
import { lookBefore, rememberPublished } from './published-before';
import { isDigest, type PublishedEvent, readPublishedEvent } from './published-event';
import { type FailedEvent, forgetFailure, givenUpFor, noteFailure } from './quarantine';
import { recordFact } from './record-fact';
import { shareTask, unshareTask } from './share-task';
import { isTooLarge } from './stored-task';
import { watchersOf } from './task-access';
import { lockTask } from './task-rows';

/** What became of one published event. */
export interface PublishOutcome {
  /** `retry`: not now; the same event may take effect later. `quarantined`: it was tried often enough. */
  readonly outcome: 'accepted' | 'duplicate' | 'stale' | 'rejected' | 'retry' | 'quarantined';
  /** Why it was not accepted, for people. */
  readonly reason?: string;
}

/** Bounds of what backends publish. */
export interface PublishLimits {
  /** Bytes of a task's own fields together, as JSON. */
  readonly maxTaskBytes: number;
  /** Users with whom one task is shared. */
  readonly maxWatchersPerTask: number;
  /** How often a partial change of an unknown task is tried before it is put into quarantine. */
  readonly maxPublishAttempts: number;
}

/** Takes in what backends publish. */
export interface Publisher {
  /**
   * Applies events in order: the task table, the log and the ids commit together ([SV81]). Partial changes of unknown
   * tasks are tried once more after the rest. One outcome per event; resolves once durable.
   *
   * @param patience `once`: what is still unknown then goes into quarantine. `redelivery`: it comes again by itself.
   */
  publish(events: readonly PublishedEvent[], patience: 'once' | 'redelivery'): Promise<readonly PublishOutcome[]>;
  /** Keeps what could not even be read. */
  quarantine(failed: FailedEvent): Promise<void>;
}

const UNKNOWN_TASK = 'The task is unknown and the event has no title: publish the whole task first.';

/** Makes the publisher. */
export function createPublisher(journal: Journal, limits: PublishLimits): Publisher {
  const apply = async (tx: JournalTransaction, event: PublishedEvent): Promise<PublishOutcome | undefined> => {
    const standing = await lockTask(tx.db, String(event.taskId));
    const { isKnown, hasFailed, isAwaited } = await lookBefore(tx.db, event);
    if (isKnown) return { outcome: 'duplicate' };
    const effect = effectOfPublished(event, standing, tx.now);
    if (effect.outcome === 'unknown') return undefined;
    if (effect.outcome === 'rejected') return effect;
    if (effect.outcome === 'accepted') {
      const { fact, task } = effect;
      if (isTooLarge(task, limits.maxTaskBytes)) {
        return { outcome: 'rejected', reason: `The task would be larger than ${limits.maxTaskBytes} bytes.` };
      }
      const sharedWith = event.sharedWith?.filter((userId) => userId !== task.ownerId);
      if (sharedWith !== undefined && sharedWith.length > limits.maxWatchersPerTask) {
        return { outcome: 'rejected', reason: `shared_with has more than ${limits.maxWatchersPerTask} users.` };
      }
      const sharing = { task, ...(event.actor && { actor: event.actor }) };
      const watchers = sharedWith === undefined ? [] : await watchersOf(tx.db, String(task.id));
      // Who may not see the change any more is not told of it; who may see it from now on gets the task after it.
      for (const userId of watchers) if (!sharedWith?.includes(userId)) await unshareTask(tx, { ...sharing, userId });
      if (fact !== undefined) await recordFact(tx, fact, standing?.task);
      for (const userId of sharedWith ?? []) await shareTask(tx, { ...sharing, userId }, limits.maxWatchersPerTask);
    }
    await rememberPublished(tx.db, event, tx.now);
    if (hasFailed) await forgetFailure(tx, event.source, event.key);
    if (isAwaited && standing === undefined) await takeUpAgain(tx, event);
    return { outcome: effect.outcome };
  };

  /** The task is known now: what was given up for want of it takes effect, in the order in which it came ([SV84]). */
  const takeUpAgain = async (tx: JournalTransaction, { taskId }: PublishedEvent): Promise<void> => {
    for (const { source, key, raw } of await givenUpFor(tx, String(taskId))) {
      const envelope = { ...(source !== '' && { source }), ...(!isDigest(key) && { id: key }) };
      const reading = readPublishedEvent(parsedOrNothing(raw), envelope);
      if (!reading.ok) continue;
      await apply(tx, reading.event);
      await forgetFailure(tx, source, key);
    }
  };

  return {
    publish: (events, patience) =>
      journal.write(async (tx) => {
        const outcomes: (PublishOutcome | undefined)[] = [];
        for (const event of events) outcomes.push(await apply(tx, event));
        for (const [index, event] of events.entries()) outcomes[index] ??= await apply(tx, event);
        const attempts = patience === 'once' ? 1 : limits.maxPublishAttempts;
        const told: PublishOutcome[] = [];
        for (const [index, event] of events.entries()) {
          const { source, key, raw = '' } = event;
          // Whoever is told at once publishes it again; a sidecar's publisher never hears of it.
          const waiting = patience === 'redelivery' && { waitsFor: String(event.taskId) };
          const failed = { source, key, raw, reason: UNKNOWN_TASK, ...waiting };
          told.push(outcomes[index] ?? { outcome: await noteFailure(tx, failed, attempts), reason: UNKNOWN_TASK });
        }
        return told;
      }),
    quarantine: (failed) =>
      journal.write(async (tx) => {
        await noteFailure(tx, failed, 1);
      }),
  };
}

function parsedOrNothing(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // It was longer than the quarantine keeps.
    return undefined;
  }
}
