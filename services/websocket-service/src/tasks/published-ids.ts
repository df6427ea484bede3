import { preparedMany } from '@/ports/prepared';
import type { DatabaseTransaction, PublishedRow } from '@/ports/schema';
import type { PublishedEvent } from './published-event';

/** The ids of events in one transaction: an event with a known one is a repetition. */
export interface PublishedIds {
  /** Writes the ids of events down together, before it is known what becomes of them; those that are known stay. */
  claim(events: readonly PublishedEvent[]): Promise<void>;
  /** Did an event with this id take effect before? One without an id is no other's repetition, whatever its content. */
  isKnown(event: PublishedEvent): boolean;
  /** The event took effect: a second one with its id is a duplicate. */
  take(event: PublishedEvent): void;
  /** Forgets the ids that were claimed for events that took no effect: they may come again. */
  giveBack(): Promise<void>;
}

const CLAIM = preparedMany(
  (db, rows: readonly PublishedRow[]) =>
    db
      .insertInto('published')
      .values(rows.map(({ source, id, at }) => ({ source, id, at })))
      .onConflict((conflict) => conflict.columns(['source', 'id']).doNothing())
      .returning(['source', 'id']),
  true,
);

/** Makes the ids of a transaction at `now`. */
export function createPublishedIds(db: DatabaseTransaction, now: number): PublishedIds {
  /** Not known before; they take effect here, or are given back. */
  const claimed = new Map<string, Pick<PublishedRow, 'source' | 'id'>>();
  const taken = new Set<string>();

  return {
    async claim(events) {
      const rows = new Map<string, PublishedRow>();
      for (const { source, id } of events) {
        if (id !== undefined && !claimed.has(keyOf(source, id))) rows.set(keyOf(source, id), { source, id, at: now });
      }
      // In one order, so that no two transactions wait for each other.
      const inOrder = [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
      for (const row of await CLAIM.all(db, inOrder)) claimed.set(keyOf(row.source, row.id), row);
    },
    isKnown: ({ source, id }) => id !== undefined && (taken.has(keyOf(source, id)) || !claimed.has(keyOf(source, id))),
    take({ source, id }) {
      if (id !== undefined) taken.add(keyOf(source, id));
    },
    async giveBack() {
      for (const [key, { source, id }] of claimed) {
        if (taken.has(key)) continue;
        await db.deleteFrom('published').where('source', '=', source).where('id', '=', id).execute();
      }
    },
  };
}

/** No source and no id has a NUL in it. */
function keyOf(source: string, id: string): string {
  return `${source}\0${id}`;
}
