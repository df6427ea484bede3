import type { Database } from '@/ports/schema';
import { type PublishedEvent, rawOf, readPublishedEvent } from './published-event';
import type { Publisher } from './publisher';

/** Events that applications left in the database, see `taskwire_publish`. */
export interface Submissions {
  /**
   * Applies up to `limit` of them, in the order in which they were left, and takes them away. Several replicas may do so
   * at once: an event takes effect once ([SV40]). Returns how many there were.
   */
  takeSubmissions(limit: number): Promise<number>;
}

/** Makes the way in. */
export function createSubmissions(db: Database, publisher: Publisher): Submissions {
  const read = async (id: number, body: string): Promise<PublishedEvent | undefined> => {
    const value: unknown = JSON.parse(body);
    // Who gives no id has this one: a second replica, or this one after a crash, recognises it.
    const reading = readPublishedEvent(value, { id: `submission ${id}` });
    if (reading.ok) return reading.event;
    await publisher.quarantine({ source: 'taskwire_publish', ...rawOf(value), reason: reading.reason });
    return undefined;
  };

  return {
    async takeSubmissions(limit) {
      const rows = await db.selectFrom('submissions').select(['id', 'body']).orderBy('id').limit(limit).execute();
      if (rows.length === 0) return 0;
      const events: PublishedEvent[] = [];
      for (const { id, body } of rows) {
        const event = await read(id, body);
        if (event !== undefined) events.push(event);
      }
      if (events.length > 0) await publisher.publish(events, 'once');
      const ids = rows.map((row) => row.id);
      await db.deleteFrom('submissions').where('id', 'in', ids).execute();
      return rows.length;
    },
  };
}
