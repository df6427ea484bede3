/** Runs what it is given: at once, or in one of the next turns of the event loop. */
export type InTurns = (run: () => void) => void;

/** Makes a queue that runs at most `perTurn` in a turn, in order, so that a crowd does not hold up everybody else ([LM23]). */
export function createTurns(perTurn: number): InTurns {
  let waiting: (() => void)[] = [];
  /** The first one that waits. */
  let at = 0;
  let left = perTurn;

  const next = (): void => {
    left = perTurn;
    for (; left > 0 && at < waiting.length; left -= 1) {
      at += 1;
      if (left === perTurn) setImmediate(next);
      waiting[at - 1]?.();
    }
    if (at === waiting.length) {
      waiting = [];
      at = 0;
    }
  };

  return (run) => {
    if (left === 0) {
      waiting.push(run);
      return;
    }
    if (left === perTurn) setImmediate(next);
    left -= 1;
    run();
  };
}
