import type { Task, Undo } from '@/lib/protocol';
import { listen } from '@/lib/websocket/listen';
import { createMemoryOutboxStore } from './memory-outbox-store';
import { type OpenedStore, openOutboxStore } from './open-outbox-store';
import type { OutboxStore } from './outbox-store';
import type { SessionEnvironment } from './session-environment';
import { createTabPresence, type TabPresence } from './tab-presence';

/** Where a session keeps what must outlive its page, as far as the device allows. */
export interface Device<T extends Task = Task> {
  /** Opens the storage; called once. Never rejects. */
  open(): Promise<OpenedStore<T>>;
  readonly tabs: TabPresence;
  /** Milliseconds of the wall clock, for people and for how long nobody cared for something. */
  readonly wallNow: () => number;
  /** Calls when the page is hidden or left: it may never run again. */
  onLeave(listener: () => void): Undo;
}

/** What pages without a storage keep, by name, so that it survives a session that ends before its page does. */
const memories = new Map<string, OutboxStore>();

/** The names of the databases that this page has opened; whoever deletes one takes its name out. */
export const openedNames = new Set<string>();

/**
 * The device of a browser: IndexedDB and Web Locks where there are any.
 *
 * @param name Names everything that is kept; see `deviceName`.
 */
export function browserDevice<T extends Task>(name: string, { setTimer }: SessionEnvironment): Device<T> {
  const locks = typeof navigator === 'undefined' ? undefined : navigator.locks;
  return {
    tabs: createTabPresence(name, locks, Date.now),
    wallNow: Date.now,
    open() {
      const remember = () => {
        const memory = memories.get(name) ?? createMemoryOutboxStore();
        memories.set(name, memory);
        return memory as unknown as OutboxStore<T>;
      };
      if (typeof indexedDB === 'undefined') return Promise.resolve({ store: remember(), problem: null });
      openedNames.add(name);
      const open = async () => (await import('./idb-outbox-store')).openIdbOutboxStore<T>(name);
      return openOutboxStore(open, setTimer, remember);
    },
    onLeave(listener) {
      const leave = (event: Event) => {
        if (event.type === 'pagehide' || document.hidden) listener();
      };
      const undos = [listen(globalThis, ['pagehide'], leave), listen(globalThis.document, ['visibilitychange'], leave)];
      return () => {
        for (const undo of undos) undo();
      };
    },
  };
}

/** What this page keeps without a storage, under names that are wanted. */
export function memoriesOf(isWanted: (name: string) => boolean): readonly OutboxStore[] {
  return [...memories].filter(([name]) => isWanted(name)).map(([, memory]) => memory);
}

/** Forgets what this page keeps without a storage. */
export async function forgetMemories(isWanted: (name: string) => boolean): Promise<void> {
  for (const [name, memory] of [...memories]) {
    if (!isWanted(name)) continue;
    await memory.clear();
    memories.delete(name);
  }
}
