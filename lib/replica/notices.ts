import { type Task, taskKey, type Undo } from '@/lib/protocol';
import type { ConflictReceipt } from './patch';
import { type DeviceFacts, NO_FACTS, type PortFacts } from './port-facts';
import type { Rejection } from './task-port';

/** Keeps the facts of a port and tells of their changes. */
export interface Notices {
  get(): PortFacts;
  subscribe(listener: () => void): Undo;
  /** Adds receipts; a later one of the same task and field takes the place of an earlier one, so none is there twice. */
  addReceipts(receipts: readonly ConflictReceipt[]): void;
  /** Adds refusals; one that is known already is not added again. */
  addRejections<T extends Task>(rejections: readonly Rejection<T>[]): void;
  /** Takes receipts and refusals off the lists, by receipt and mutation id. */
  drop(ids: ReadonlySet<string>): void;
  setDevice(device: Partial<DeviceFacts>): void;
  /** Has the server refused a change of this task that the person has not seen off? */
  isRejected(key: string): boolean;
}

/** Creates the facts of a port that keeps nothing. */
export function createNotices(): Notices {
  let facts = NO_FACTS;
  const listeners = new Set<() => void>();
  const change = (part: Partial<PortFacts>) => {
    facts = { ...facts, ...part };
    for (const listener of [...listeners]) if (listeners.has(listener)) listener();
  };
  return {
    get: () => facts,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    addReceipts(added) {
      if (added.length === 0) return;
      const byId = new Map(facts.receipts.map((receipt) => [receipt.id, receipt]));
      for (const receipt of added) byId.set(receipt.id, receipt);
      change({ receipts: [...byId.values()] });
    },
    addRejections(added) {
      const known = new Set(facts.rejections.map(({ mutation }) => mutation.id));
      const fresh = added.filter(({ mutation }) => !known.has(mutation.id));
      if (fresh.length > 0) change({ rejections: [...facts.rejections, ...fresh] as readonly Rejection[] });
    },
    drop(ids) {
      const receipts = facts.receipts.filter(({ id }) => !ids.has(id));
      const rejections = facts.rejections.filter(({ mutation }) => !ids.has(mutation.id));
      if (receipts.length < facts.receipts.length || rejections.length < facts.rejections.length) {
        change({ receipts, rejections });
      }
    },
    setDevice(part) {
      const device = { ...facts.device, ...part };
      if (JSON.stringify(device) !== JSON.stringify(facts.device)) change({ device });
    },
    isRejected: (key) => facts.rejections.some(({ mutation }) => taskKey(mutation.taskId) === key),
  };
}
