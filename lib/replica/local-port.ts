import { type Mutation, type Task, taskKey } from '@/lib/protocol';
import { applyEvent } from './apply-event';
import { applyLocal } from './apply-local';
import { createNotices } from './notices';
import { createPatch, isEmptyPatch, type Patch } from './patch';
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
  let listeners: readonly { readonly call: (patch: Patch<T>) => void }[] = [];
  const waiting: Mutation<T>[] = [];
  const notices = createNotices();
  notices.setDevice({ keeps: 'opening' });
  const publish = (patch: Patch<T>) => {
    if (isEmptyPatch(patch)) return;
    notices.addReceipts(patch.receipts);
    for (const { call } of listeners) call(patch);
  };
  return {
    userId: null,
    replica,
    submit(mutation) {
      waiting.push(mutation);
      const patch = createPatch<T>();
      applyLocal(replica, mutation, patch);
      publish(patch);
    },
    async refresh() {
      await (await whenBound()).refresh();
    },
    isReady: () => true,
    receive(event) {
      const patch = createPatch<T>();
      applyEvent(replica, event, 0, patch);
      publish(patch);
    },
    onPatch(listener) {
      const added = { call: listener };
      listeners = [...listeners, added];
      return () => {
        listeners = listeners.filter((each) => each !== added);
      };
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
