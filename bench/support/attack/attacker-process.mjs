// @ts-check
// Somebody who means harm, in a process of their own: `attack` begins one kind of it, `end` ends it and tells what came back.
import { setMaxListeners } from 'node:events';
import { ATTACKS } from './attacks.mjs';

/** @type {AbortController | undefined} */
let running;

process.on('message', async (/** @type {any} */ order) => {
  if (order.type === 'end') return running?.abort();
  const attack = ATTACKS.find(({ name }) => name === order.name);
  if (!attack) throw new Error(`There is no attack "${order.name}".`);
  running = new AbortController();
  // Every hostile socket ends with it.
  setMaxListeners(0, running.signal);
  /** @type {Map<string, number>} */
  const answers = new Map();
  const note = (/** @type {string} */ answer) => void answers.set(answer, (answers.get(answer) ?? 0) + 1);
  process.send?.({ type: 'attacking' });
  await attack.run({ url: order.url, secret: order.secret, signal: running.signal, note });
  process.send?.({ type: 'ended', answers: Object.fromEntries(answers) });
});
process.on('disconnect', () => process.exit());
process.on('uncaughtException', (error) => console.error('attacker:', error.message));
