import type { Journal } from '@/log/journal';
import type { Database } from '@/ports/schema';
import { withoutActor, withoutWatcher } from './mentions';
import { type EventMention, eventsMentioning, linesMentioning } from './walk-mentions';

/** Rows that one statement looks through. */
const PIECE = 5_000;

/** Whom to scrub, and where. */
export interface Scrubbing {
  readonly journal: Pick<Journal, 'write'>;
  readonly db: Database;
  readonly userId: string;
  /** Rows that one statement looks through; 5,000 by default. */
  readonly piece?: number;
}

/**
 * Takes a user out of the events of all channels: the seqs stay, an event of a task in `gone` becomes a skip, and any other
 * forgets its actor. It walks in pieces, each with a write of its own, so that nobody waits for long ([LG50]).
 *
 * @returns how many events it changed.
 */
export async function scrubEvents(
  { journal, db, userId, piece = PIECE }: Scrubbing,
  gone: ReadonlySet<string>,
): Promise<number> {
  const scrubbed = ({ channel, seq, task_id, body }: EventMention) => {
    const isGone = task_id !== null && gone.has(task_id);
    const text = isGone ? '{}' : withoutActor(body, userId);
    return text === body ? [] : [{ channel, seq, set: { body: text, ...(isGone && { type: 'skip', version: null }) } }];
  };
  let count = 0;
  for await (const mentions of eventsMentioning(db, userId, piece)) {
    const changes = mentions.flatMap(scrubbed);
    count += changes.length;
    if (changes.length === 0) continue;
    await journal.write(async (tx) => {
      for (const { channel, seq, set } of changes) {
        await tx.db.updateTable('events').set(set).where('channel', '=', channel).where('seq', '=', seq).execute();
      }
    });
  }
  return count;
}

/** Takes a user out of the histories of all tasks, as actor and as watcher. It walks like {@link scrubEvents}. */
export async function scrubHistory({ journal, db, userId, piece = PIECE }: Scrubbing): Promise<void> {
  for await (const mentions of linesMentioning(db, userId, piece)) {
    const changes = mentions
      .map((line) => ({ ...line, text: withoutWatcher(withoutActor(line.body, userId), userId) }))
      .filter(({ body, text }) => text !== body);
    if (changes.length === 0) continue;
    await journal.write(async (tx) => {
      for (const { since, task_id, entry, text } of changes) {
        await tx.db
          .updateTable('history')
          .set({ body: text })
          .where('since', '=', since)
          .where('task_id', '=', task_id)
          .where('entry', '=', entry)
          .execute();
      }
    });
  }
}
