import type { Mutation, TaskEvent } from '@/lib/protocol';
import {
  applyEvent,
  applyLocal,
  type ConflictReceipt,
  createNotices,
  createPatch,
  createReplica,
  type Patch,
  type Rejection,
  type TaskPort,
} from '@/lib/replica';

/** A port over a real replica; what is submitted is kept for the test to look at. */
export function scriptedPort(userId = 'u1') {
  const replica = createReplica();
  const patches = new Set<(patch: Patch) => void>();
  const rejections = new Set<(rejection: Rejection) => void>();
  const submitted: Mutation[] = [];
  const notices = createNotices();
  let refreshes = 0;
  const change = (apply: (patch: Patch) => void) => {
    const patch = createPatch();
    apply(patch);
    notices.addReceipts(patch.receipts);
    for (const listener of patches) listener(patch);
  };
  const port: TaskPort = {
    userId,
    replica,
    submit(mutation) {
      submitted.push(mutation);
      change((patch) => applyLocal(replica, mutation, patch));
    },
    async refresh() {
      refreshes += 1;
      if (refreshes > 1) throw new Error('The server is away.');
    },
    isReady: () => true,
    receive: (news) => change((patch) => applyEvent(replica, news, 0, patch)),
    onPatch(listener) {
      patches.add(listener);
      return () => patches.delete(listener);
    },
    onRejected(listener) {
      rejections.add(listener);
      return () => rejections.delete(listener);
    },
    safetyOf: (id) => (replica.pending.has(String(id)) ? 'saving' : 'saved'),
    onSafety: () => () => {},
    getFacts: notices.get,
    onFacts: notices.subscribe,
    dropNotices: notices.drop,
  };
  const take = (receipt: ConflictReceipt) => notices.addReceipts([receipt]);
  const refuse = (rejection: Rejection) => {
    notices.addRejections([rejection]);
    for (const listener of rejections) listener(rejection);
  };
  return {
    port,
    submitted,
    hear: (news: TaskEvent) => port.receive(news),
    take,
    refuse,
    listeners: () => patches.size,
  };
}
