import { forgetMemories, memoriesOf, openedNames } from './device';
import { isNameOf } from './device-name';
import { browserSessionEnvironment } from './session-environment';

/** The longest that other tabs may hold up the deletion of an emptied database, milliseconds; it goes when they let go. */
export const DELETE_DEADLINE_MS = 3_000;

/**
 * Deletes everything that this device keeps of a user: for signing out. Rejects when something could not be deleted, with
 * the storage's own error. Other tabs of that user keep nothing more and say so ([OB16]).
 */
export async function forgetUser(userId: string): Promise<void> {
  const isOwn = (name: string) => isNameOf(name, userId);
  await forgetMemories(isOwn);
  for (const name of await databasesOf(isOwn)) {
    const [{ openIdbOutboxStore }, { deleteDB }] = await Promise.all([import('./idb-outbox-store'), import('idb')]);
    // Emptied first: deleting waits for every tab that has it open, and one of them may be frozen.
    const store = await openIdbOutboxStore(name);
    await store.clear();
    store.close();
    await withinDeadline(deleteDB(name));
    openedNames.delete(name);
  }
}

/**
 * How many changes of a user does this device keep that the server has not acknowledged, from all tabs together? Ask before
 * signing out: {@link forgetUser} takes them away. Rejects with the storage's own error.
 */
export async function countUnsentChanges(userId: string): Promise<number> {
  const isOwn = (name: string) => isNameOf(name, userId);
  let count = 0;
  for (const memory of memoriesOf(isOwn)) count += await memory.countChanges();
  for (const name of await databasesOf(isOwn)) {
    const { openIdbOutboxStore } = await import('./idb-outbox-store');
    const store = await openIdbOutboxStore(name);
    count += await store.countChanges().finally(() => store.close());
  }
  return count;
}

/** Does this device keep any? See {@link countUnsentChanges}. */
export async function hasUnsentChanges(userId: string): Promise<boolean> {
  return (await countUnsentChanges(userId)) > 0;
}

async function databasesOf(isOwn: (name: string) => boolean): Promise<readonly string[]> {
  if (typeof indexedDB === 'undefined') return [];
  // Older browsers can't tell which databases there are; those of this page are known.
  const databases = typeof indexedDB.databases === 'function' ? await indexedDB.databases() : [];
  const names = new Set([...openedNames, ...databases.flatMap(({ name }) => name ?? [])]);
  return [...names].filter(isOwn);
}

/** Whoever waits longer than that waits for a frozen tab. */
function withinDeadline(deletion: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = browserSessionEnvironment.setTimer(DELETE_DEADLINE_MS, resolve);
    deletion.then(resolve, reject).finally(cancel);
  });
}
