import type { Mutation, MutationAnswer, Task, Undo } from '@/lib/protocol';
import type { PendingMutation, Replica } from '@/lib/replica';

/** What the outbox needs of its surroundings. */
export interface OutboxPort<T extends Task> {
  /** The lanes: pending changes per task, in order. */
  readonly replica: Replica<T>;
  /** Marks a change as sent and returns it as it is to be sent; `undefined` when it must not leave yet. */
  readonly prepare: (pending: PendingMutation<T>) => Mutation<T> | undefined;
  /** Carries it out. A rejection is a fault of the network. */
  readonly send: (mutation: Mutation<T>, signal: AbortSignal) => Promise<MutationAnswer<T>>;
  /** Hears the answer of each attempt; applied before the lane goes on. */
  readonly onAnswer: (mutation: Mutation<T>, answer: MutationAnswer<T>) => void;
  /** How long to wait before attempt `attempt` (from 1), milliseconds. */
  readonly delayOf: (attempt: number) => number;
  readonly setTimer: (ms: number, run: () => void) => Undo;
}

/** Sends own changes: in order within a task, at the same time across tasks. */
export interface Outbox {
  /** Sends what the lane of a task holds, unless it is under way or waiting for its next attempt. */
  pump(key: string): void;
  /** Is a change of this task under way? */
  isBusy(key: string): boolean;
  /** Cuts every wait: the network may be back. */
  kick(): void;
  /** Aborts what is under way and forgets every wait; the changes stay where they are. */
  dispose(): void;
}

/** Creates the outbox over the replica's lanes ([OB2]). */
export function createOutbox<T extends Task>(port: OutboxPort<T>): Outbox {
  const busy = new Set<string>();
  const waits = new Map<string, Undo>();
  const attempts = new Map<string, number>();
  const abort = new AbortController();

  const pump = (key: string): void => {
    if (abort.signal.aborted || busy.has(key) || waits.has(key)) return;
    const head = port.replica.pending.get(key)?.[0];
    const mutation = head && port.prepare(head);
    if (mutation === undefined) return;
    busy.add(key);
    void attempt(mutation).then((answer) => {
      busy.delete(key);
      if (abort.signal.aborted) return;
      port.onAnswer(mutation, answer);
      if (answer.outcome === 'retry') wait(key, mutation.id, answer.afterMs);
      else attempts.delete(mutation.id);
      pump(key);
    });
  };

  const attempt = async (mutation: Mutation<T>): Promise<MutationAnswer<T>> => {
    try {
      return await port.send(mutation, abort.signal);
    } catch (error) {
      return { outcome: 'retry', reason: error instanceof Error ? error.message : String(error) };
    }
  };

  const wait = (key: string, mutationId: string, afterMs: number | undefined) => {
    const attempt = (attempts.get(mutationId) ?? 0) + 1;
    attempts.set(mutationId, attempt);
    const again = () => {
      waits.delete(key);
      pump(key);
    };
    waits.set(key, port.setTimer(afterMs ?? port.delayOf(attempt), again));
  };

  return {
    pump,
    isBusy: (key) => busy.has(key),
    kick() {
      for (const [key, undo] of [...waits]) {
        undo();
        waits.delete(key);
        pump(key);
      }
    },
    dispose() {
      abort.abort();
      for (const undo of waits.values()) undo();
      waits.clear();
    },
  };
}
