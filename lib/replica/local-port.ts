import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { applyEvent } from './apply-event';
import { applyLocal } from './apply-local';
import { createNotices } from './notices';
import { createPatch, type Patch } from './patch';
import { createReplica } from './replica';
import type { TaskPort } from './task-port';

/** A port without a server. */
export interface LocalPort<T extends Task> extends TaskPort<T> {
  /** The own changes made so far, in order; a session takes them over. */
  drain(): readonly Mutation<T>[];
}

/**
 * The port before a session is bound: messages apply, own changes show and wait for the session, reading all tasks waits
 * for it too. Nothing made in the first moments of a page is lost ([OB1]).
 */
export function createLocalPort<T extends Task>(whenBound: () => Promise<TaskPort<T>>): LocalPort<T> {
  const replica = createReplica<T>();
  const listeners = new Set<(patch: Patch<T>) => void>();
  const waiting: Mutation<T>[] = [];
  const notices = createNotices();
  notices.setDevice({ keeps: 'opening' });
  const change = (apply: (patch: Patch<T>) => void) => {
    const patch = createPatch<T>();
    apply(patch);
    notices.addReceipts(patch.receipts);
    for (const listener of [...listeners]) listener(patch);
  };
  return {
    userId: null,
    replica,
    submit(mutation) {
      waiting.push(mutation);
      change((patch) => applyLocal(replica, mutation, patch));
    },
    async refresh() {
      await (await whenBound()).refresh();
    },
    isReady: () => true,
    receive(event) {
      change((patch) => applyEvent(replica, event, 0, patch));
    },
    onPatch(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onRejected: () => () => {},
    safetyOf: (id) => (replica.pending.has(taskKey(id)) ? 'saving' : 'saved'),
    onSafety: () => () => {},
    getFacts: notices.get,
    onFacts: notices.subscribe,
    dropNotices: notices.drop,
    drain: () => waiting.splice(0),
  };
}
