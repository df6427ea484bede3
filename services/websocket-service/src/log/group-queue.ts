/** Work that waits is taken in groups. */
export interface GroupQueue<Unit> {
  add(unit: Unit): void;
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>;
}

/** How groups are made and run. */
export interface GroupQueueOptions<Unit> {
  /** Groups that may run at once. */
  readonly lanes: number;
  /** How many of the units that wait, from the first on, go together; at least one. */
  sizeOf(waiting: readonly Unit[]): number;
  /** Runs a group; must not reject. */
  run(group: readonly Unit[]): Promise<void>;
}

/**
 * Runs what comes in one turn together at once, and what had to wait together as soon as a lane is free: no timer, so that
 * a lone unit waits for nothing, and many wait for one group only.
 */
export function createGroupQueue<Unit>({ lanes, sizeOf, run }: GroupQueueOptions<Unit>): GroupQueue<Unit> {
  const waiting: Unit[] = [];
  let running = 0;
  let onIdle: (() => void)[] = [];

  const serve = async (): Promise<void> => {
    running += 1;
    // What comes in the same turn goes together.
    await Promise.resolve();
    while (waiting.length > 0) {
      await run(waiting.splice(0, sizeOf(waiting)));
      // Where the database is synchronous nothing else would run before the next group: not even the answers would leave.
      if (waiting.length > 0) await twoTurns();
    }
    running -= 1;
    if (running > 0) return;
    for (const resolve of onIdle) resolve();
    onIdle = [];
  };

  return {
    add(unit) {
      waiting.push(unit);
      if (running < lanes) void serve();
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => onIdle.push(resolve))),
  };
}

/** In the first turn the answers of the group leave, in the second one the next group begins. */
function twoTurns(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}
