// @ts-check
import { now } from '../statistics.mjs';

/** @type {number | undefined} */
let current;

/**
 * When the timer was due whose callback, or a promise that it settled, runs now; `undefined` outside of timers. In the world
 * a thousand clients have a thousand processors; here they share two, and what falls due in one instant is done one by one.
 * When it was due is what the library decided, when it is done is what this machine could do.
 */
export function dueTime() {
  return current;
}

/** Begins to watch every timer of this process that is set from now on. */
export function watchTimers() {
  const { setTimeout } = globalThis;
  const forget = () => {
    current = undefined;
  };
  // After every microtask of the callback, before anything else.
  const forgetSoon = () => process.nextTick(forget);
  /** @param {(...args: unknown[]) => void} run @param {number} [ms] @param {unknown[]} args */
  const watched = (run, ms = 0, ...args) => {
    const due = now() + ms;
    return setTimeout(() => {
      current = due;
      queueMicrotask(forgetSoon);
      run(...args);
    }, ms);
  };
  globalThis.setTimeout = Object.assign(watched, setTimeout);
}
