// @ts-check
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until something holds.
 * @param {string} what In words, for who waited in vain. @param {() => boolean} holds
 * @param {{ readonly limitMs: number, readonly lookMs: number }} times
 */
export async function until(what, holds, { limitMs, lookMs }) {
  const end = Date.now() + limitMs;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${what}.`);
    await sleep(lookMs);
  }
}
