import { randomUUID } from 'node:crypto';
import type { EventLog } from '@/ports/event-log';
import type { Storage } from './storage';

/** The event log of a storage. */
export function eventLogOf(storage: Storage): EventLog {
  return {
    epoch: storage.epoch,
    append: storage.append,
    read: storage.read,
    heads: storage.heads,
    trim: storage.trim,
    hold(channel, after) {
      const id = randomUUID();
      void storage.hold(id, channel, after);
      return () => void storage.letGo(id);
    },
    onCommitted: storage.onCommitted,
    onHint(listener) {
      const undos = [
        storage.onCommitted((events) => listener([...new Set(events.map((event) => event.channel))])),
        storage.onHint((moved) => moved && listener([...moved.keys()])),
      ];
      return () => {
        for (const undo of undos) undo();
      };
    },
  };
}
