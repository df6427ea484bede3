import type { Mutation, MutationAnswer, Task, Undo } from '@/lib/protocol';
import type { PendingMutation, Replica, ScheduleTurn } from '@/lib/replica';

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
  /** When what a person did in one go is over. Default: at once. */
  readonly scheduleTurn?: ScheduleTurn | undefined;
}

/** Sends own changes: in order within a task, at the same time across tasks. */
export interface Outbox {
  /** Takes note of a new change; it leaves at the end of the turn, together with what is joined with it until then ([OB8]). */
  offer(key: string): void;
  /** Sends what the lane of a task holds, unless it is under way or waiting for its next attempt. */
  pump(key: string): void;
  /** Is a change of this task under way? */
  isBusy(key: string): boolean;
  /** Cuts every wait that the server did not ask for: the network may be back ([OB24]). */
  kick(): void;
  /** Aborts what is under way and forgets every wait; the changes stay where they are. */
  dispose(): void;
}

/** So many requests of an outbox are under way at most, as many as a browser opens to one host ([OB32]). */
export const MAX_IN_FLIGHT = 6;

/** Creates the outbox over the replica's lanes ([OB2]). While the network is down one change asks, not all of them ([OB23]). */
export function createOutbox<T extends Task>(port: OutboxPort<T>): Outbox {
  const busy = new Set<string>();
  const waits = new Map<string, { readonly cancel: Undo; readonly isAsked: boolean }>();
  const offered = new Set<string>();
  /** Lanes that wait for a place among what is under way, in the order in which they came. */
  const held = new Set<string>();
  let isDown = false;
  const attempts = new Map<string, number>();
  const abort = new AbortController();

  const pump = (key: string): void => {
    if (abort.signal.aborted || busy.has(key) || waits.has(key) || offered.has(key)) return;
    const head = port.replica.pending.get(key)?.[0];
    if (head === undefined || (isDown && !head.tried)) return;
    if (busy.size >= MAX_IN_FLIGHT) {
      held.add(key);
      return;
    }
    const mutation = port.prepare(head);
    if (mutation === undefined) return;
    busy.add(key);
    void attempt(mutation).then((answer) => {
      busy.delete(key);
      if (abort.signal.aborted) return;
      port.onAnswer(mutation, answer ?? NO_ANSWER);
      const afterMs = answer?.outcome === 'retry' ? answer.afterMs : undefined;
      const mustWait = answer === undefined || answer.outcome === 'retry' || isStuck(key, mutation, answer);
      if (mustWait) wait(key, mutation.id, afterMs);
      else attempts.delete(mutation.id);
      if (answer === undefined) isDown = true;
      else goOn();
      // Before its own lane goes on: a long one must not keep the others waiting.
      fill();
      pump(key);
    });
  };

  const attempt = async (mutation: Mutation<T>): Promise<MutationAnswer<T> | undefined> => {
    try {
      return await port.send(mutation, abort.signal);
    } catch {
      return undefined;
    }
  };

  /** Would the very request that was refused leave again? Only what is still to be heard can end that ([RP61]). */
  const isStuck = (key: string, mutation: Mutation<T>, { outcome }: MutationAnswer<T>): boolean =>
    outcome === 'conflict' &&
    'baseVersion' in mutation &&
    mutation.baseVersion !== undefined &&
    mutation.baseVersion === port.replica.table.find(key)?.base?.version;

  /** Gives the free places to those who wait for one. */
  const fill = () => {
    for (const key of held) {
      if (busy.size >= MAX_IN_FLIGHT) return;
      held.delete(key);
      pump(key);
    }
  };

  /** Lets go of what was held back while the network was down. */
  const goOn = () => {
    if (!isDown) return;
    isDown = false;
    for (const key of [...port.replica.pending.keys()]) pump(key);
  };

  const wait = (key: string, mutationId: string, afterMs = 0) => {
    const attempt = (attempts.get(mutationId) ?? 0) + 1;
    attempts.set(mutationId, attempt);
    const isAsked = afterMs > 0;
    const cancel = port.setTimer(isAsked ? afterMs : port.delayOf(attempt), () => {
      waits.delete(key);
      pump(key);
      // It has nothing to ask with any more: somebody else shall.
      if (!busy.has(key) && !held.has(key)) goOn();
    });
    waits.set(key, { cancel, isAsked });
  };

  return {
    pump,
    offer(key) {
      if (port.scheduleTurn === undefined) return pump(key);
      const isFirst = offered.size === 0;
      offered.add(key);
      if (!isFirst) return;
      port.scheduleTurn(() => {
        const keys = [...offered];
        offered.clear();
        for (const each of keys) pump(each);
      });
    },
    isBusy: (key) => busy.has(key),
    kick() {
      for (const [key, { cancel, isAsked }] of [...waits]) {
        if (isAsked) continue;
        cancel();
        waits.delete(key);
        pump(key);
      }
      goOn();
    },
    dispose() {
      abort.abort();
      for (const { cancel } of waits.values()) cancel();
      waits.clear();
      held.clear();
    },
  };
}

const NO_ANSWER = { outcome: 'retry', reason: 'The network did not answer.' } as const;
