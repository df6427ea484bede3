import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

/** The newest form of the database; one more for each change of it, with a step in `UPGRADES`. */
export const SCHEMA_VERSION = 2;

/** What stands in the database. Values are `unknown`: a disk is not trusted. */
export interface OutboxSchema extends DBSchema {
  /** Waiting changes, in the order of their keys. */
  changes: { key: number; value: unknown; indexes: { id: string } };
  /** By receipt id. */
  receipts: { key: string; value: unknown };
  /** By mutation id. */
  rejections: { key: string; value: unknown };
  /** Records that made no sense, for whoever wants to look into it. */
  damaged: { key: number; value: unknown };
  /** The last known tasks in pages, in the order in which these were written. */
  pages: { key: number; value: unknown };
  /** The last known tasks, by key, as version 1 wrote them; pages are newer, and a whole base takes their place. */
  tasks: { key: string; value: unknown };
  /** What stands beside them, as `base`. */
  facts: { key: string; value: unknown };
}

/** An open database. */
export type OutboxDatabase = IDBPDatabase<OutboxSchema>;

/** Step n leads from version n to n + 1. */
const UPGRADES: readonly ((db: OutboxDatabase) => void)[] = [
  (db) => {
    const changes = db.createObjectStore('changes', { autoIncrement: true });
    changes.createIndex('id', 'mutation.id', { unique: true });
    for (const name of ['receipts', 'rejections', 'tasks', 'facts'] as const) db.createObjectStore(name);
    db.createObjectStore('damaged', { autoIncrement: true });
  },
  (db) => {
    db.createObjectStore('pages', { autoIncrement: true });
  },
];

/**
 * Opens the database, making or upgrading it. Rejects when a newer version of the application has been here, and never
 * settles while a tab with an older version keeps it open.
 *
 * @param onOver Called when it can't be used any more. `isForGood`: somebody upgrades or deletes it; else it may be opened
 *   again.
 */
export function openOutboxDatabase(name: string, onOver: (isForGood: boolean) => void): Promise<OutboxDatabase> {
  return openDB<OutboxSchema>(name, SCHEMA_VERSION, {
    upgrade(db, from) {
      for (const step of UPGRADES.slice(from)) step(db);
    },
    blocking(_current, _blocked, event) {
      // Whoever holds on to an old version keeps the new one from opening in every tab.
      (event.target as IDBDatabase).close();
      onOver(true);
    },
    terminated: () => onOver(false),
  });
}
