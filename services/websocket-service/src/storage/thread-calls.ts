import type { Deferred } from '@/ports/deferred';
import { Problem } from '@/ports/problem';
import type { Call } from './thread-messages';

/** The calls to another thread that wait for their answers. */
export interface ThreadCalls {
  /** Calls a method there. Calls of one turn travel together. */
  call(method: string, args: readonly unknown[]): Promise<unknown>;
  answer(id: number, value: unknown): void;
  refuse(id: number, error: Error): void;
  /** Fails what waits, and every later call, with 503. */
  end(): void;
}

/** Makes the register of calls; `send` takes those of one turn. */
export function createThreadCalls(send: (calls: readonly Call[]) => void): ThreadCalls {
  const waiting = new Map<number, Pick<Deferred<unknown>, 'resolve' | 'reject'>>();
  let turn: Call[] = [];
  let count = 0;
  let isOver = false;

  const flush = (): void => {
    if (!isOver) send(turn);
    turn = [];
  };
  const take = (id: number) => {
    const call = waiting.get(id);
    waiting.delete(id);
    return call;
  };

  return {
    call: (method, args) =>
      new Promise((resolve, reject) => {
        if (isOver) return reject(closed());
        count += 1;
        waiting.set(count, { resolve, reject });
        if (turn.length === 0) setImmediate(flush);
        turn.push([count, method, args]);
      }),
    answer: (id, value) => take(id)?.resolve(value),
    refuse: (id, error) => take(id)?.reject(error),
    end() {
      isOver = true;
      for (const { reject } of waiting.values()) reject(closed());
      waiting.clear();
    },
  };
}

function closed(): Problem {
  return new Problem(503, 'The storage is closed: send the same request again later.', {}, { 'retry-after': '1' });
}
