// @ts-check

/** @typedef {readonly import('./task-traffic.mjs').TaskMessage[]} Turn */

/**
 * Plays turns through a store, one per turn of the event loop. What the store puts off until the turn is over (microtasks,
 * `setImmediate`) is done before the next one.
 * @param {readonly Turn[]} turns
 * @param {(messages: Turn) => void} play
 * @param {{ limitMs?: number, afterTurn?: () => void }} [options] `limitMs`: it ends early, with a whole turn, after so much
 *   processor time.
 * @returns {Promise<number>} How many turns were played.
 */
export function playTurns(turns, play, { limitMs = Number.POSITIVE_INFINITY, afterTurn } = {}) {
  return new Promise((resolve, reject) => {
    const before = process.cpuUsage();
    let deadline = performance.now() + limitMs;
    let played = 0;
    // Asking for processor time is dear: on a busy machine the clock on the wall is asked first, and most times alone.
    const isOver = () => {
      const now = performance.now();
      if (now <= deadline) return false;
      deadline = now + limitMs - microsSince(before) / 1_000;
      return now >= deadline;
    };
    const next = () => {
      if (played > 0) afterTurn?.();
      const turn = turns[played];
      if (turn === undefined || isOver()) {
        setImmediate(resolve, played);
        return;
      }
      played += 1;
      try {
        play(turn);
      } catch (error) {
        reject(error);
        return;
      }
      setImmediate(next);
    };
    setImmediate(next);
  });
}

/**
 * As {@link playTurns}, with the processor time that the store needed for it, all threads of this process together: so
 * collecting its garbage counts, and what else this machine has to do does not. The event loop's own way through as many
 * empty turns is taken off.
 * @param {readonly Turn[]} turns @param {(messages: Turn) => void} play @param {number} limitMs
 * @returns {Promise<{ micros: number, played: number }>}
 */
export async function playTimed(turns, play, limitMs) {
  let played = 0;
  const micros = await processorMicros(async () => {
    played = await playTurns(turns, play, { limitMs });
  });
  const idle = turns.slice(0, played);
  return { micros: micros - (await processorMicros(() => playTurns(idle, () => {}))), played };
}

/** @param {() => Promise<unknown>} run */
async function processorMicros(run) {
  const before = process.cpuUsage();
  await run();
  return microsSince(before);
}

/** @param {NodeJS.CpuUsage} before */
function microsSince(before) {
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
