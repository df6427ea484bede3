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
  /** Did the last turn have one call alone? */
  let wasLone = true;
  let isOver = false;

  const flush = (): void => {
    if (!isOver) send(turn);
    wasLone = turn.length === 1;
    turn = [];
  };
  /**
   * A lone call leaves at once. Where there are others on their way, or were some in its last turn, it waits for those of
   * this turn, whichever sockets they come from: they share a commit.
   */
  const plan = (run: () => void): void => {
    if (waiting.size === 1 && wasLone) process.nextTick(run);
    else setImmediate(run);
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
        if (turn.length === 0) plan(flush);
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
