import { sql } from 'kysely';
import { prepared } from '@/ports/prepared';
import type { DatabaseTransaction, PublishedRow } from '@/ports/schema';
import type { PublishedEvent } from './published-event';

/** What the service knows of a published event before it is applied. */
export interface PublishedBefore {
  /** An event with its id took effect. */
  readonly isKnown: boolean;
  /** It could not take effect before. */
  readonly hasFailed: boolean;
  /** Other events were given up for want of its task. */
  readonly isAwaited: boolean;
}

const LOOK = prepared((db, { source, key, taskId }: { source: string; key: string; taskId: string }) => {
  const ofEvent = db.selectFrom('quarantine').where('source', '=', source).where('id', '=', key);
  const ofTask = db.selectFrom('quarantine').where('task_id', '=', taskId).where('is_final', '=', 1);
  const published = db.selectFrom('published').where('source', '=', source).where('id', '=', key);
  const one = sql<number>`1`.as('one');
  return db.selectNoFrom(({ exists }) => [
    exists(published.select(one)).as('isKnown'),
    exists(ofEvent.select(one)).as('hasFailed'),
    exists(ofTask.select(one)).as('isAwaited'),
  ]);
});

const REMEMBER = prepared((db, { source, id, at }: PublishedRow) =>
  db.insertInto('published').values({ source, id, at }),
);

/** Asks all of it at once: for most events none of it is so, and nothing else has to be asked. */
export async function lookBefore(
  tx: DatabaseTransaction,
  { source, id, key, taskId }: PublishedEvent,
): Promise<PublishedBefore> {
  const found = await LOOK.first(tx, { source, key, taskId: String(taskId) });
  // An event without an id is no other's repetition, whatever its content.
  const isKnown = id !== undefined && Boolean(found?.isKnown);
  return { isKnown, hasFailed: Boolean(found?.hasFailed), isAwaited: Boolean(found?.isAwaited) };
}

/** The event took effect: a second one with its id is a duplicate. */
export async function rememberPublished(
  tx: DatabaseTransaction,
  { source, id }: PublishedEvent,
  at: number,
): Promise<void> {
  if (id !== undefined) await REMEMBER.run(tx, { source, id, at });
}
