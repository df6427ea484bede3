import type { Database, EventRow, HistoryRow } from '@/ports/schema';
import { mentionOf } from './mentions';

/** An event's place, and what it says. */
export type EventMention = Pick<EventRow, 'channel' | 'seq' | 'task_id' | 'body'>;

/** A history line's place, and what it says. */
export type LineMention = Pick<HistoryRow, 'since' | 'task_id' | 'entry' | 'body'>;

type EventPlace = Pick<EventRow, 'channel' | 'seq'>;
type LinePlace = Pick<HistoryRow, 'since' | 'task_id' | 'entry'>;

/**
 * Walks along the key of the events, `piece` rows at a time, so that no statement takes long, however large the table.
 *
 * @returns of each piece the events that may mention the user.
 */
export async function* eventsMentioning(
  db: Database,
  userId: string,
  piece: number,
): AsyncGenerator<readonly EventMention[]> {
  for (let place: EventPlace | undefined = { channel: '', seq: 0 }; place !== undefined; ) {
    const rest = eventsAfter(db, place);
    const rows = rest.select(['channel', 'seq', 'task_id', 'body']).limit(piece).as('piece');
    yield await db.selectFrom(rows).selectAll().where('body', 'like', mentionOf(userId)).execute();
    place = await rest
      .select(['channel', 'seq'])
      .offset(piece - 1)
      .limit(1)
      .executeTakeFirst();
  }
}

function eventsAfter(db: Database, { channel, seq }: EventPlace) {
  return db
    .selectFrom('events')
    .where(({ eb, refTuple, tuple }) => eb(refTuple('channel', 'seq'), '>', tuple(channel, seq)))
    .orderBy('channel')
    .orderBy('seq');
}

/** Walks along the key of the histories, like {@link eventsMentioning}. */
export async function* linesMentioning(
  db: Database,
  userId: string,
  piece: number,
): AsyncGenerator<readonly LineMention[]> {
  for (let place: LinePlace | undefined = { since: -1, task_id: '', entry: 0 }; place !== undefined; ) {
    const rest = linesAfter(db, place);
    const rows = rest.select(['since', 'task_id', 'entry', 'body']).limit(piece).as('piece');
    yield await db.selectFrom(rows).selectAll().where('body', 'like', mentionOf(userId)).execute();
    place = await rest
      .select(['since', 'task_id', 'entry'])
      .offset(piece - 1)
      .limit(1)
      .executeTakeFirst();
  }
}

function linesAfter(db: Database, { since, task_id, entry }: LinePlace) {
  return db
    .selectFrom('history')
    .where(({ eb, refTuple, tuple }) => eb(refTuple('since', 'task_id', 'entry'), '>', tuple(since, task_id, entry)))
    .orderBy('since')
    .orderBy('task_id')
    .orderBy('entry');
}
