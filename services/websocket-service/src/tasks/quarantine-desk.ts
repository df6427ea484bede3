import type { Journal } from '@/log/journal';
import type { Database, QuarantineRow } from '@/ports/schema';
import { isDigest, type PublishedReading, readPublishedEvent } from './published-event';
import { createPublisher, type PublishLimits } from './publisher';
import { forgetFailure } from './quarantine';

/** Which entries: those of one event id, from whatever source, or all. */
export type QuarantineChoice = { readonly id: string } | 'all';

/** What became of the entries that were tried again. */
export interface Retried {
  /** How many took effect, or had done so already. */
  readonly settled: number;
  /** Why the others stay. */
  readonly left: readonly { readonly id: string; readonly reason: string }[];
}

/** What an operator does with the events that could not take effect. */
export interface QuarantineDesk {
  /** Everything in quarantine, the oldest first. */
  list(): Promise<readonly QuarantineRow[]>;
  /** Publishes entries once more, the oldest first, and again those that waited for another one of them ([LG37]). */
  retry(choice: QuarantineChoice): Promise<Retried>;
  /** Removes entries for good. @returns how many. */
  drop(choice: QuarantineChoice): Promise<number>;
}

/** Makes the desk of a database. */
export function createQuarantineDesk(db: Database, journal: Journal, limits: PublishLimits): QuarantineDesk {
  const publisher = createPublisher(journal, limits);

  const chosen = async (choice: QuarantineChoice): Promise<readonly QuarantineRow[]> => {
    const query = db.selectFrom('quarantine').selectAll().orderBy('at').orderBy('source').orderBy('id');
    return (choice === 'all' ? query : query.where('id', '=', choice.id)).execute();
  };

  /** @returns why it stays; `undefined` when it took effect. */
  const retryOne = async ({ source, id, task_id, body }: QuarantineRow): Promise<string | undefined> => {
    const reading = readingOf(source, id, body);
    if (!reading.ok) return reading.reason;
    // What waits for its task goes on to do so.
    const patience = task_id === null ? 'once' : 'redelivery';
    const [told] = await publisher.publish([reading.event], patience);
    const { outcome, reason } = told ?? { outcome: 'retry' };
    if (outcome !== 'accepted' && outcome !== 'duplicate' && outcome !== 'stale') return reason ?? outcome;
    await journal.write((tx) => forgetFailure(tx, source, id));
    return undefined;
  };

  return {
    list: () => chosen('all'),
    async retry(choice) {
      let waiting = await chosen(choice);
      let settled = 0;
      for (;;) {
        const left: { readonly row: QuarantineRow; readonly reason: string }[] = [];
        for (const row of waiting) {
          const reason = await retryOne(row);
          if (reason === undefined) settled += 1;
          else left.push({ row, reason });
        }
        const isDone = left.length === 0 || left.length === waiting.length;
        if (isDone) return { settled, left: left.map(({ row, reason }) => ({ id: row.id, reason })) };
        waiting = left.map(({ row }) => row);
      }
    },
    drop: (choice) =>
      journal.write(async ({ db: tx }) => {
        const query = tx.deleteFrom('quarantine');
        const { numDeletedRows } = await (choice === 'all'
          ? query
          : query.where('id', '=', choice.id)
        ).executeTakeFirst();
        return Number(numDeletedRows);
      }),
  };
}

function readingOf(source: string, id: string, body: string): PublishedReading {
  try {
    const envelope = { ...(source !== '' && { source }), ...(!isDigest(id) && { id }) };
    return readPublishedEvent(JSON.parse(body), envelope);
  } catch {
    return { ok: false, reason: 'What is kept of it is no JSON: publish it again.' };
  }
}
