import type { Journal } from '@/log/journal';
import type { PublishedEvent } from './published-event';
import { beginPublishing } from './publishing';
import { type FailedEvent, noteFailure } from './quarantine';

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
  return {
    publish: (events, patience) =>
      journal.write(async (tx) => {
        const publishing = await beginPublishing(tx, events, limits);
        const outcomes: (PublishOutcome | undefined)[] = [];
        for (const event of events) outcomes.push(await publishing.apply(event));
        for (const [index, event] of events.entries()) outcomes[index] ??= await publishing.apply(event);
        await publishing.end();
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
