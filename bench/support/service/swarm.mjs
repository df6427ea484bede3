// @ts-check
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.mjs';

const SWARM = fileURLToPath(new URL('./swarm-process.mjs', import.meta.url));
const LIMIT_MS = 120_000;

/** How many readers dial at a time, unless told otherwise. */
const DIALING = 200;

/** Readers of one address; the service counts them per address. */
const READERS_PER_ADDRESS = 900;

/**
 * @typedef {object} Opened
 * @property {number} count @property {number} ms @property {readonly number[]} times When each was open, from the order on.
 * @property {Readonly<Record<string, number>>} heard How often each of the `ready` texts came.
 * @property {readonly string[]} faults
 */

/**
 * A process full of readers.
 * @typedef {object} Swarm
 * @property {(readers: readonly import('./swarm-process.mjs').Reader[], dialing?: number) => Promise<Opened>} open Rejects when one fails.
 * @property {(text: string, cause: () => Promise<void>) => Promise<number>} hear Resolves when all readers had a frame with the text
 *   that `cause` brings about: with the number of frames that came.
 * @property {() => Promise<void>} drop Ends all at once, without a word.
 * @property {() => Promise<void>} stop
 */

/** @returns {Promise<Swarm>} */
export async function startSwarm() {
  const child = startChild(SWARM, []);
  await child.answer(({ type }) => type === 'ready', LIMIT_MS);
  return {
    async open(readers, dialing = DIALING) {
      const placed = readers.map((reader, index) => ({ localAddress: addressOf(index), ...reader }));
      child.order({ type: 'open', readers: placed, dialing });
      const opened = await child.answer(({ type }) => type === 'opened', LIMIT_MS);
      if (opened.count < readers.length)
        throw new Error(`${opened.count} of ${readers.length} opened: ${opened.faults}`);
      return opened;
    },
    async hear(text, cause) {
      child.order({ type: 'expect', text });
      await child.answer(({ type }) => type === 'expecting', LIMIT_MS);
      await cause();
      const { deliveries } = await child.answer(({ type }) => type === 'heard', LIMIT_MS);
      return deliveries;
    },
    async drop() {
      child.order({ type: 'drop' });
      await child.answer(({ type }) => type === 'dropped', LIMIT_MS);
    },
    stop: child.kill,
  };
}

/** @param {number} index */
function addressOf(index) {
  return `127.0.0.${2 + Math.floor(index / READERS_PER_ADDRESS)}`;
}
